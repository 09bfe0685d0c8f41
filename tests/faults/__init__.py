"""The fault matrix, 200 kills and 50 cancelled jobs, and their counts.

    make faults | tee counts.txt                         all of it, counts at the end (2 cores: a quarter of an hour)
    pytest tests/faults                                  a few of each, as in every run of the suite
    pytest tests/faults/test_matrix.py --cell "create:instances.create:lost-answer:once"
    pytest tests/faults/test_kills.py --kills 20 --cancels 0

A cell is an operation under conditions (a list that lags, a contract that shrank, allocations moved by hand and no
refresh), and one call on which something goes wrong: `axes`. The command line runs in processes of its own, as it does
for people, against a fake IBM Cloud over TCP; that these start in milliseconds is the work of `preloaded`, and that
minutes of waiting take none that of `skipped_waits`. After the disturbed run the same command runs again with nothing
going wrong, and then a preview that must show no changes: `bench`. What is held against a cell is in `verdict`, a pure
function of the `evidence`:

- sentence: what went wrong is said, for people, and not several times;
- status: 0 only where the account is as the plan has it (1 where it is so by chance is counted beside);
- converges: the next run ends with 0, and after it nothing is left to do;
- duplicates, orphans: no two instances of one name, and none that we created and no state knows of;
- budget: the sum of allocations is never above the budget; where it was when we came, it never rises;
- zero: no allocation is ever 0;
- key: neither the API key nor a token is in any output or file.

Kills and cancelled jobs are judged by the same, and by two more: locks (none needs an ``rm``) and warning (that calls
were interrupted is not said for ever). A call that an operation does not make has no cells: what goes wrong on it is
not seen by anyone. Under one condition a call goes wrong at two moments, under several at one; without any at three.
"""
