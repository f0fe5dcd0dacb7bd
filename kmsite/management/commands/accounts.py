"""Accounts from the command line: those of the demo, and new passwords."""

from django.core.management.base import BaseCommand, CommandError

from kmsite.accounts.demo import demo_accounts, new_password
from kmsite.accounts.people import drop_second_factor as remove_second_factor
from kmsite.accounts.people import set_password
from kmsite.models import User


class Command(BaseCommand):
    help = (
        "Make the demo accounts, one for each role, or set new passwords. Passwords are made at random and shown once."
    )

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true", help="make the demo accounts that are missing")
        parser.add_argument(
            "--reset", nargs="?", const="", metavar="EMAIL", help="new password; with --demo for all of them"
        )
        parser.add_argument("--drop-second-factor", metavar="EMAIL", help="for a colleague who lost telephone or key")

    def handle(self, *, demo, reset, drop_second_factor, **options):
        if demo:
            self.show(demo_accounts(reset=reset is not None))
        elif reset:
            password = new_password()
            set_password(self.find(reset), password, by=None)
            self.show([(reset, "", password)])
        elif drop_second_factor:
            remove_second_factor(self.find(drop_second_factor))
            self.stdout.write(f"{drop_second_factor} sets up a new second factor at the next sign-in.")
        else:
            raise CommandError("Say what to do: --demo, --reset EMAIL or --drop-second-factor EMAIL.")

    def find(self, email):
        try:
            return User.objects.get_by_natural_key(email)
        except User.DoesNotExist as missing:
            raise CommandError(f"There is no account with the address {email}.") from missing

    def show(self, accounts):
        if not accounts:
            self.stdout.write("The demo accounts are there. New passwords: manage.py accounts --demo --reset")
        for email, role, password in accounts:
            self.stdout.write(f"  {email:<32} {role:<14} {password}")
        if accounts:
            self.stdout.write("These passwords are not shown again. New ones: manage.py accounts --reset EMAIL")
