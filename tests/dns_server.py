"""A small name server on this machine that knows what a test tells it, and nothing else."""

import socket
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset


@contextmanager
def name_server(records):
    """Serve `{(name, kind): [values]}` by UDP and give "address:port"; None stands for silence.

    The dictionary may change meanwhile. A CNAME is followed inside of the records.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(server, records), daemon=True)
        thread.start()
        address, port = server.getsockname()
        try:
            yield f"{address}:{port}"
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
                stop.sendto(b"", (address, port))
            thread.join()


def _serve(server, records):
    while True:
        packet, sender = server.recvfrom(4096)
        if not packet:
            return
        answer = _answer(dns.message.from_wire(packet), records)
        if answer is not None:
            server.sendto(answer.to_wire(), sender)


def _answer(query, records):
    question = query.question[0]
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
    if (name, kind) in records and records[name, kind] is None:
        return None
    while (name, kind) not in records and (name, "CNAME") in records:
        answer.answer.append(_rows(name, "CNAME", records[name, "CNAME"]))
        name = records[name, "CNAME"][0].rstrip(".")
    if (name, kind) in records:
        answer.answer.append(_rows(name, kind, records[name, kind]))
    elif not any(known == name for known, _ in records):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer


def _rows(name, kind, values):
    texts = [f'"{value}"' if kind == "TXT" else value for value in values]
    return dns.rrset.from_text(dns.name.from_text(name), 60, "IN", kind, *texts)
