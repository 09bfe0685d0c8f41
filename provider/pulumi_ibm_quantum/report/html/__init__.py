"""The report as one web page that needs no network, and what its drawings share with other pages."""
