"""Servers on loopback that speak the protocols of providers as the recorded ones do, quirks included.

Each is used the same way::

    async with YtsSite.running() as site:
        site.add(FakeTorrent(title="Metropolis", imdb_id="tt0017136", seeders=120))
        provider = YtsProvider(client, Service(site.url, typed=True))
        site.trouble(Trouble.ERROR, times=2)      # the next two requests fail with 500, then all is well
        site.trouble(Trouble.HANG)                # until told otherwise
        site.trouble(Trouble.CUT, rows=39)        # 39 whole rows, half of one more, and it breaks off
        site.trouble(Trouble.REDIRECT, to="http://127.0.0.1:9/")
        site.well()
        site.requests                             # what was asked: paths with their queries

``site.url`` is the address to put into settings. Pass ``host="127.0.0.2"`` for one that plays the public internet (see
``fakes.resolver``). Leaving the context lets go of whoever hangs.
"""
