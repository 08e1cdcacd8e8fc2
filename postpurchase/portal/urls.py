"""The addresses of the shopper's pages, under /o/."""

from django.urls import path

from postpurchase.portal import answers, brand, lookup, order, tracking, verify

app_name = "portal"

urlpatterns = [
    path("<slug:slug>/", lookup.find, name="lookup"),
    path("<slug:slug>/links/", lookup.mail_links, name="links"),
    path("<slug:slug>/links/sent/", lookup.links_sent, name="links_sent"),
    path("<slug:slug>/t/", tracking.ask, name="track"),
    path("<slug:slug>/t/<path:number>/", tracking.show, name="tracking"),
    path("<slug:slug>/brand-<slug:version>.css", brand.stylesheet, name="brand_css"),
    path("<slug:slug>/logo-<slug:version>", brand.logo, name="logo"),
    path("<slug:slug>/order/<str:token>/", order.show, name="order"),
    path("<slug:slug>/order/<str:token>/news/<slug:seen>/", order.news, name="order_news"),
    path("<slug:slug>/order/<str:token>/parcel/<uuid:case>/", answers.answer, name="answer"),
    path("<slug:slug>/order/<str:token>/fresh/", order.send_fresh_link, name="fresh_link"),
    path("<slug:slug>/order/<str:token>/verify/", verify.ask, name="verify"),
    path("<slug:slug>/order/<str:token>/verify/send/", verify.send, name="send_code"),
]
