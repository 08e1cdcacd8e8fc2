"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postpurchase.settings")
application = get_wsgi_application()

from postpurchase.celery import wait_for_no_broker  # noqa: E402  # needs the settings
from postpurchase.checks import refuse_unsafe_start  # noqa: E402

refuse_unsafe_start()
wait_for_no_broker()
