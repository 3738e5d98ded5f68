"""`python -m transfer_calc`."""

from transfer_calc.cli import main

if __name__ == "__main__":
    main()
