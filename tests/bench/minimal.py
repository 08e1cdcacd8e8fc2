"""The least that shows an order in Django: three queries and a template. A yardstick, no page."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from orders.models import Event, Order, OrderLine

TEMPLATE = """{% load i18n %}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ order.number }}</title></head>
<body><h1>{% translate "Order" %} {{ order.number }}</h1>
<p>{{ order.name }}, {{ order.placed_at|date:"DATE_FORMAT" }}, {{ order.status }}</p>
<table>{% for line in lines %}
<tr><td>{{ line.title }}</td><td>{{ line.variant }}</td><td>{{ line.ordered }}</td>
<td>{{ line.total_minor|floatformat:2 }} {{ line.currency }}</td></tr>{% endfor %}
</table>
<ol>{% for event in events %}
<li><time datetime="{{ event.at|date:"c" }}">{{ event.at }}</time> {{ event.kind }}</li>{% endfor %}
</ol></body></html>"""

_compiled = []


def show(request, public_id):
    order = Order.every.select_related("merchant").get(public_id=public_id)
    context = {
        "order": order,
        "lines": OrderLine.every.filter(order=order).order_by("position"),
        "events": Event.every.filter(order=order, is_public=True).order_by("-at"),
    }
    if not _compiled:
        _compiled.append(engines["django"].from_string(TEMPLATE))
    return HttpResponse(_compiled[0].render(context, request))


urlpatterns = [path("minimal/<uuid:public_id>/", show)]
