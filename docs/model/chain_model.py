#!/usr/bin/env python3
"""Random-walk check of the chain protocol of docs/protocol.md (one chain, one hot key).

Every step is one event picked at random: a write enters, a message is delivered, a disk flush ends, a node
crashes or restarts, a lease ends, the master reconfigures, a replica is read. BUG=<name> plants one mistake, to
show that the check can fail. A joining replica J is filled over many steps while updates go on, and connections break:
copying (the query tail T commits alone) -> whole (J says so) -> counted (T commits only what J acknowledges) -> acknowledged
(J acknowledged all that T had committed alone; T reports it) -> promoted by the master, in that same epoch only.

Usage: chain_model.py [walks] [steps]
BUG=none|nolease|early|noepoch|eagerjoin|resume|weaktail|noconfirm|staledisk  as docs/protocol.md names them
   |uncounted    promoted when J is whole, though T does not count it yet
   |earlycount   T reports when it counts J, without waiting for J's acknowledgement
   |lateepoch    a report of an earlier epoch still promotes
   |ownack       J acknowledges what it holds, whatever is durable before it
"""
import os, random, sys

BUG = os.environ.get("BUG", "none")

class Node:
    def __init__(s, name):
        s.name, s.up, s.inc = name, True, 0
        s.log, s.dur, s.tok, s.com = [], 0, 0, 0   # received updates; durable length; predecessors' durable length; committed length
        s.cfg, s.lease = None, False
        s.phase = s.end = s.told = 0          # as joining: phase of its filling; what a chunk had; what T told to be committed
        s.fill = (0, None, 0, 0, False)       # as query tail: epoch, phase of J as it knows, chunks sent, counted from, reported
        s.serving, s.confirmed = False, False   # may answer as a member; every predecessor has adopted this epoch
    def crash(s):
        s.up, s.lease, s.cfg, s.serving, s.confirmed = False, False, None, False, False
        s.log = s.log[:s.dur]; s.tok = 0; s.com = 0; s.phase = 0
        s.inc += 1

IGNORING, COPYING, ENDING, WHOLE = 0, 1, 2, 3     # J's phases
CHUNKS = 3

class Cfg:
    def __init__(s, epoch, members, joining=None):
        s.epoch, s.members, s.joining = epoch, members, joining   # members: tuple of (name, incarnation)
    def path(s): return s.members + ((s.joining,) if s.joining else ())

class World:
    def __init__(s, rnd, n=3):
        s.r = rnd
        s.nodes = {c: Node(c) for c in "ABCD"[:n + 1]}
        s.cfg = Cfg(1, tuple((c, 0) for c in "ABC"[:n]))
        for c, _ in s.cfg.members:
            s.nodes[c].cfg = s.cfg; s.nodes[c].lease = True; s.nodes[c].serving = s.nodes[c].confirmed = True
        s.net = {}            # (src, dst, epoch) -> FIFO
        s.next = 0; s.truth = []; s.pending = {}; s.reads = []; s.reported = None; s.promotions = 0
        s.trace = []
    # --- helpers
    def me(s, n): return (n.name, n.inc)
    def pos(s, n):
        if not n.cfg: return None
        p = n.cfg.path()
        return p.index(s.me(n)) if s.me(n) in p else None
    def succ(s, n):
        i = s.pos(n)
        if i is None: return None
        p = n.cfg.path(); return p[i + 1] if i + 1 < len(p) else None
    def pred(s, n):
        i = s.pos(n); return n.cfg.path()[i - 1] if i else None
    def is_last(s, n): return s.pos(n) is not None and s.succ(n) is None
    def is_query_tail(s, n): return n.cfg and n.cfg.members and n.cfg.members[-1] == s.me(n)
    def is_head(s, n): return s.pos(n) == 0
    def send(s, a, b, e, m): s.net.setdefault((a, b, e), []).append(m)
    def observe(s, log, upto, what):
        seen = log[:upto]; k = min(len(seen), len(s.truth))
        assert seen[:k] == s.truth[:k], f"{what}: committed history forked: {seen[:k]} vs {s.truth[:k]}"
        if upto > len(s.truth): s.truth = list(seen)
    def greet(s, n):
        sc = s.succ(n)
        if sc: s.send(s.me(n), sc, n.cfg.epoch, ("hello",))
    def filling(s, n):
        """T's view of J in this epoch: None when J has not been greeted yet, else COPYING, WHOLE (counted)"""
        return n.fill[1] if n.cfg and n.fill[0] == n.cfg.epoch else None
    def advance(s, n, adopting=False):
        """recompute what n may tell its neighbours"""
        if s.pos(n) is None: return
        tok = len(n.log) if s.is_head(n) else n.tok
        d = min(n.dur, tok, len(n.log))
        if BUG == "early": d = len(n.log)
        joining = s.me(n) == n.cfg.joining
        p = s.pred(n)
        if joining:
            if n.phase == WHOLE:
                n.com = max(n.com, n.dur if BUG == "ownack" else d)
                s.send(s.me(n), p, n.cfg.epoch, ("ack", n.com))
            elif n.phase != IGNORING:
                n.com = max(n.com, min(n.told, n.dur))
                if n.phase == ENDING and n.com >= n.end:
                    n.phase = WHOLE
                    s.send(s.me(n), p, n.cfg.epoch, ("whole", n.dur)); s.advance(n); return
        elif s.is_query_tail(n) and n.serving and s.filling(n) != WHOLE and not (BUG == "weaktail" and adopting):     # nobody behind it, or one that is not counted
            n.com = max(n.com, d)
            if p: s.send(s.me(n), p, n.cfg.epoch, ("ack", n.com))
        sc = s.succ(n)
        if sc:
            s.send(s.me(n), sc, n.cfg.epoch, ("tok", d))
            if s.filling(n) == COPYING: s.send(s.me(n), sc, n.cfg.epoch, ("told", n.com))
        for op in [o for o, (nm, i) in s.pending.items() if nm == s.me(n) and i < n.com and n.log[i] == o]:
            s.observe(n.log, n.com, "ack"); del s.pending[op]
    def forward(s, n, i):
        sc = s.succ(n)
        if sc and (sc != n.cfg.joining or s.filling(n) is not None): s.send(s.me(n), sc, n.cfg.epoch, ("app", i, n.log[i]))
    def report(s, n, seq):
        e, ph, ch, frm, rep = n.fill
        if s.filling(n) == WHOLE and not rep and seq >= frm:
            n.fill = (e, ph, ch, frm, True); s.reported = (e, n.cfg.joining)
    # --- events
    def e_write(s):
        n = s.r.choice(list(s.nodes.values()))
        if n.up and n.cfg and s.is_head(n) and len(s.truth) + 6 > len(n.log):
            n.log.append(s.next); s.pending[s.next] = (s.me(n), len(n.log) - 1); s.next += 1
            s.forward(n, len(n.log) - 1)
            s.advance(n)
    def e_flush(s):
        n = s.r.choice(list(s.nodes.values()))
        if n.up and n.dur < len(n.log): n.dur = s.r.randint(n.dur + 1, len(n.log)); s.advance(n)
    def e_deliver(s):
        ks = [k for k, q in s.net.items() if q]
        if not ks: return
        a, b, e = k = s.r.choice(ks); m = s.net[k].pop(0)
        n = s.nodes[b[0]]
        if not n.up or s.me(n) != b or not n.cfg: s.net[k].clear(); return
        if n.cfg.epoch != e and BUG != "noepoch":
            if n.cfg.epoch < e: s.net[k].insert(0, m)       # not there yet: wait
            else: s.net[k].clear()
            return
        if s.pos(n) is None: return
        if s.me(n) == n.cfg.joining:
            if m[0] == "hello":
                n.confirmed = True
                if n.phase == WHOLE: s.send(b, a, e, ("at", len(n.log), n.com)); s.advance(n)
                else: s.send(b, a, e, ("joinat",))
                return
            if m[0] == "copystart" and n.phase != WHOLE:     # its index is T's committed state (in the end), its log starts behind it
                n.log = list(m[1]); n.dur = n.com = len(n.log); n.tok = n.told = 0; n.phase = COPYING
                return
            if n.phase == IGNORING: return   # what is on its disk may have diverged
            if m[0] == "told": n.told = max(n.told, m[1]); s.advance(n); return
            if m[0] == "chunk": s.send(b, a, e, ("stored",)); return
            if m[0] == "end":
                if n.phase == COPYING: n.phase, n.end = ENDING, m[1]; s.advance(n)
                elif n.phase == WHOLE: s.send(b, a, e, ("whole", n.dur)); s.advance(n)
                return
        if m[0] == "joinat":          # J must be filled: the log behind what is committed here, and the index in chunks beside it
            if s.filling(n) == WHOLE: return
            n.fill = (e, COPYING, 1, 0, False)
            s.send(b, a, e, ("copystart", n.log[:n.com]))
            for i in range(n.com, len(n.log)): s.forward(n, i)
            s.send(b, a, e, ("chunk",)); s.advance(n)
        elif m[0] == "stored":
            if s.filling(n) != COPYING: return
            ch = n.fill[2] + 1; n.fill = (e, COPYING, ch, 0, False)
            s.send(b, a, e, ("chunk",) if ch <= CHUNKS else ("end", n.com))
        elif m[0] == "whole":         # from here on T counts J, once it acknowledges all that T committed alone it may be promoted
            if s.filling(n) != COPYING or BUG == "uncounted": return
            n.fill = (e, WHOLE, CHUNKS, n.com, False)
            if BUG == "earlycount": s.report(n, n.com)
            s.advance(n)
        elif m[0] == "hello":           # every predecessor has adopted this epoch
            n.confirmed = True
            if s.me(n) in n.cfg.members and not n.serving:
                n.serving = True
                if s.is_query_tail(n) and BUG != "weaktail": n.com = max(n.com, min(n.dur, n.tok))
            s.send(b, a, e, ("at", len(n.log), n.com))
            s.greet(n); s.advance(n)
        elif m[0] == "at":            # successor tells how much it has
            if a == n.cfg.joining and s.filling(n) != WHOLE:      # it was whole before the connection broke
                n.fill = (e, COPYING, CHUNKS + 1, 0, False); s.send(b, a, e, ("end", n.com))
            for i in range(m[1], len(n.log)): s.forward(n, i)
            if a != n.cfg.joining: n.com = max(n.com, min(m[2], len(n.log)))
            s.advance(n)
        elif m[0] == "app":
            i, v = m[1:]
            if i == len(n.log):
                n.log.append(v)
                s.forward(n, i)
                s.advance(n)
            elif i < len(n.log): assert n.log[i] == v or BUG != "none", "diverged append"
        elif m[0] == "tok":
            if m[1] > n.tok: n.tok = m[1]; s.advance(n)
        elif m[0] == "ack":
            c = min(m[1], len(n.log))
            if a == n.cfg.joining:
                if s.filling(n) != WHOLE: return             # not counted
                s.report(n, c)
            if c > n.com:
                n.com = c
                p = s.pred(n)
                if p: s.send(b, p, e, ("ack", n.com))
                s.advance(n)
    def e_adopt(s):
        n = s.r.choice(list(s.nodes.values()))
        if not n.up: return
        if s.me(n) in s.cfg.path() and (n.cfg is None or n.cfg.epoch < s.cfg.epoch):
            # a member that was serving keeps serving; one promoted from joining serves once all before it have this epoch
            was = n.serving and n.cfg is not None and s.me(n) in n.cfg.members
            n.cfg = s.cfg; n.confirmed = s.is_head(n)
            n.serving = s.me(n) in n.cfg.members and (was or s.is_head(n) or BUG == "noconfirm")
            if s.me(n) == n.cfg.joining:
                n.phase = IGNORING
                if BUG == "staledisk": n.phase = WHOLE       # wrong: takes what its disk holds for what the chain has
                else: n.tok = n.com = 0                      # what it was told in an earlier life is void
            if not s.is_head(n): s.pending = {o: p for o, p in s.pending.items() if p[0] != s.me(n)}   # their outcome is unknown
            # whoever is the query tail now may have been preceded by one that committed more than it was told of:
            # all that is durable on every predecessor and here counts as committed
            if s.is_query_tail(n) and n.serving and BUG != "weaktail":
                n.com = max(n.com, min(n.dur, n.tok) if s.pos(n) else n.dur)
            if n.confirmed: s.greet(n)
            s.advance(n, adopting=True)
        if s.me(n) in s.cfg.path() and not n.lease and n.cfg is s.cfg: n.lease = True
    def e_break(s):
        """a connection breaks: what was under way is lost, the predecessor greets again over a new one"""
        ks = [k for k, q in s.net.items() if q]
        if not ks or s.r.random() > .1: return
        a, b, e = s.r.choice(ks)
        s.net.pop((a, b, e), None); s.net.pop((b, a, e), None)
        for m in (a, b):
            n = s.nodes[m[0]]
            if n.up and s.me(n) == m and n.cfg and n.cfg.epoch == e and n.confirmed and s.pos(n) is not None: s.greet(n)
    def e_lease_end(s):
        n = s.r.choice(list(s.nodes.values()))
        if s.r.random() < .3: n.lease = False
    def e_crash(s):
        if s.r.random() < .15:
            n = s.r.choice(list(s.nodes.values()))
            if n.up: n.crash()
        elif s.r.random() < .02:
            for n in s.nodes.values():
                if n.up: n.crash()
    def e_restart(s):
        n = s.r.choice(list(s.nodes.values()))
        if not n.up:
            n.up = True
            if BUG == "resume":                       # wrong: carries on in the old configuration as if nothing happened
                for nm, inc in s.cfg.path():
                    if nm == n.name: n.inc = inc; n.cfg = s.cfg; n.lease = True; n.serving = True
    def alive(s, m): n = s.nodes[m[0]]; return n.up and n.inc == m[1]
    def e_master(s):
        if s.r.random() > .25: return
        c = s.cfg; e = c.epoch + 1
        def expired(m): n = s.nodes[m[0]]; return BUG == "nolease" or not (n.inc == m[1] and n.lease)
        bad = [m for m in c.path() if expired(m) and (not s.alive(m) or s.r.random() < .1 or BUG == "nolease" and s.r.random() < .1)]
        if bad:
            mem = tuple(m for m in c.members if m not in bad)
            if mem:
                if all(s.alive(m) for m in mem): s.install(Cfg(e, mem))   # a joining node is dropped on any failure: it starts again
                elif not [m for m in mem if s.alive(m)]: pass
                else:
                    mem2 = tuple(m for m in mem if s.alive(m) or not expired(m))
                    if mem2: s.install(Cfg(e, mem2))
                return
            if c.joining in bad and c.members and not any(m in bad for m in c.members): s.install(Cfg(e, c.members)); return
            # the whole chain is gone: any member of the last configuration that is back may start it again, alone
            back = [m for m in c.members if s.nodes[m[0]].up and expired(m)]
            if back and all(expired(m) for m in c.path()):
                m = s.r.choice(back); n = s.nodes[m[0]]
                n.tok, n.com = len(n.log), n.dur; n.cfg = None; n.lease = False; n.serving = False
                s.install(Cfg(e, ((n.name, n.inc),)))
            return
        if c.joining:                                   # promote once it holds all that the tail holds
            j = s.nodes[c.joining[0]]
            whole = s.alive(c.joining) and j.cfg is c and j.phase == WHOLE
            if (BUG == "eagerjoin" or s.reported == (c.epoch, c.joining) or BUG == "uncounted" and whole
                    or BUG == "lateepoch" and s.reported and s.reported[1] == c.joining):
                s.promotions += 1; s.install(Cfg(e, c.members + (c.joining,)))
            return
        names = {m[0] for m in c.path()}
        out = [n for n in s.nodes.values() if n.up and n.name not in names]
        if out and len(c.members) < 3:
            n = s.r.choice(out); n.cfg = None; n.lease = False; n.serving = False
            s.install(Cfg(e, c.members, (n.name, n.inc)))
    def install(s, c):
        s.cfg = c
    def e_read(s):
        n = s.r.choice(list(s.nodes.values()))
        if not n.up or not n.serving or not n.cfg or s.me(n) not in n.cfg.members: return
        if not n.lease and BUG != "nolease": return
        if s.is_query_tail(n):
            s.result(n, n.com, len(s.truth))
        elif n.com == len(n.log): s.result(n, n.com, len(s.truth))       # clean: answer here
        else: s.reads.append((s.me(n), n.cfg.epoch, n.cfg.members[-1], len(s.truth)))  # dirty: ask the tail
    def e_query(s):
        if not s.reads: return
        who, e, tail, floor = s.reads.pop(s.r.randrange(len(s.reads)))
        n, t = s.nodes[who[0]], s.nodes[tail[0]]
        if not s.alive(who) or not s.alive(tail) or not t.cfg or t.cfg.epoch != e or not s.is_query_tail(t): return
        if not t.lease and BUG != "nolease": return
        if not t.serving: return
        s.result(n, min(t.com, len(n.log)), floor)
    def result(s, n, com, floor):
        assert com >= floor, f"stale read at {n.name}: {com} after {floor} was seen (epoch {n.cfg and n.cfg.epoch}/{s.cfg.epoch})"
        s.observe(n.log, com, "read")
    def run(s, steps):
        ev = [(s.e_write, 4), (s.e_flush, 4), (s.e_deliver, 14), (s.e_adopt, 3), (s.e_lease_end, 1), (s.e_crash, 1),
              (s.e_restart, 1), (s.e_master, 2), (s.e_break, 1), (s.e_read, 6), (s.e_query, 3)]
        fs, ws = zip(*ev)
        for f in s.r.choices(fs, ws, k=steps):
            f()

walks, steps = (int(a) for a in (sys.argv[1:] + ["300", "4000"])[:2])
bad = 0; commits = 0; epochs = 0; promotions = 0
for seed in range(walks):
    w = World(random.Random(seed))
    try: w.run(steps)
    except AssertionError as x:
        bad += 1
        if bad <= 5: print(f"seed {seed}: {x}")
    commits += len(w.truth); epochs += w.cfg.epoch; promotions += w.promotions
print(f"BUG={BUG} walks={walks} violations={bad} commits={commits} epochs={epochs} promotions={promotions}")
