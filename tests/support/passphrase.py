"""A passphrase and a salt of stacks whose key need not be derived again in each test: that costs 0.3 seconds."""

PASSPHRASE = "passphrase"
SALT = "v1:GjrMrsLlXlM=:v1:ywtLp0x/sqAg74Qk:TIZUdhZRfaDuVw6lzEiZLnT6K7U/4A=="
