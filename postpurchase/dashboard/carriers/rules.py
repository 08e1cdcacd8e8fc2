"""From when on silence counts as trouble."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from merchants.policy import Permission
from postpurchase.dashboard.carriers.forms import RulesForm
from postpurchase.staff.access import Place, forbidden, merchant_page
from postpurchase.staff.frame import frame
from tracking.actions.choices import rules_of, save_rules


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show the rules, and change them for those who may."""
    form = RulesForm.of(rules_of(place.merchant.pk))
    if request.method == "POST":
        if not place.may(Permission.SET_UP):
            return forbidden(request, place, Permission.SET_UP)
        form = RulesForm(request.POST)
        if form.is_valid():
            return _save(request, place, form)
    may_change = place.may(Permission.SET_UP)
    rows = [(field.label, field.value(), field.help_text) for field in form]
    context = frame(request, place, form=form, rows=rows, may_change=may_change)
    status = 422 if form.errors else 200
    return render(request, "dashboard/carriers/rules.html", context, status=status)


def _save(request: HttpRequest, place: Place, form: RulesForm) -> HttpResponse:
    title = str(_("When a parcel needs somebody"))
    if save_rules(form.cleaned_data, title=title, by=place.viewer, now=timezone.now()):
        messages.success(request, _("Saved. It holds for every parcel from its next look on."))
    else:
        messages.info(request, _("That is how it is already, so nothing was changed."))
    return redirect("dashboard:carriers_rules", place.slug)
