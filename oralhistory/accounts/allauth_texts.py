"""Texts of allauth that reach a page: labels of its forms and what they refuse with.

Named here so that our catalogs have them: allauth's own know `pt_BR` and `pt_PT` but no `pt`, which then would be shown in
Spanish. In English they stay as they are.
"""

from django.utils.translation import gettext_noop as _

SHOWN = (
    _("Email"),
    _("Email address"),
    _("Password"),
    _("Password (again)"),
    _("Remember Me"),
    _("Forgot your password?"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("You must type the same password each time."),
    _("Please type your current password."),
    _("The email address and/or password you specified are not correct."),
    _("Too many failed login attempts. Try again later."),
    _("Be patient, you are sending too many requests."),
    _("This account is currently inactive."),
    _("Incorrect password."),
    _("Incorrect code."),
    _("Master key"),
    _("Backup key"),
    _("Key nr. {number}"),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
)
