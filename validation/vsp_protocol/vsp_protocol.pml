/* The protocol between the platform and one Virtual Service Partition (docs/vsp/interface.md): handshake, credits, epochs, and what becomes
 * of calls when the partition fails. What is checked, what is left out and which line is which of models/vsp: claim.md.
 *
 * Every step is one turn of vsp::Exchange: a message sent (handled before H_VSP_SEND returns), one received, a call, an alarm, a start or a
 * stop. Anything may happen between two steps. FAULTS and ROGUES bound how often what need not happen does; without them a run ends.
 * MUTANT_... puts a fault into the platform, for each of which one property must fail. */
#ifndef CALLS
#define CALLS 2
#endif
#ifndef MOST_CREDITS
#define MOST_CREDITS 1
#endif
#ifndef FAULTS
#define FAULTS 2 /* crashes, stops, ejections, suspensions, resets, violations */
#endif
#ifndef ROGUES
#define ROGUES 1 /* replies to calls that the partition does not have */
#endif
#define MOST_MESSAGES (2 * CALLS + 6)

/* Sums over all calls and quantifiers. */
#if CALLS == 2
#define SUM(term) (term(0) + term(1))
#elif CALLS == 3
#define SUM(term) (term(0) + term(1) + term(2))
#else
#error CALLS is 2 or 3
#endif

mtype:message = { INIT, INIT_COMPLETE, HELLO, FEATURES, REGISTER, READY, REPLY, RESET,
                  WELCOME, REFUSED_WELCOME, FEATURES_OK, REGISTERED, CALL, CANCEL, NOTICE, ERROR, CLOSING_ERROR };
mtype:fault_policy = { open, closed, freeze };
mtype:in_flight_policy = { abort, fail, reissue };

/* ---- The console's entry: chosen at the beginning ---- */
mtype:fault_policy when_absent, when_slow, after_freeze;
mtype:in_flight_policy in_flight;
#define idempotent(i) (i == 1)

/* ---- The platform ---- */
/* ChannelState, in its order. */
#define OFF 0
#define CLOSED 1
#define INITIALIZED 2
#define WELCOMED 3
#define NEGOTIATED 4
#define IS_READY 5
#define SUSPENDED 6
#define BACKING_OFF 7
byte channel = OFF;
bool init_sent, running, gone; /* gone: it is never started again */
byte epoch;                    /* the last one that a WELCOME said */
byte credits;
bool offered, in_use, must_offer; /* F_REISSUE */
chan outbox = [MOST_MESSAGES] of { mtype:message, byte, byte };
#define is_up (channel >= INITIALIZED && channel <= IS_READY)
#define header_epoch (epoch * (channel >= WELCOMED && channel <= IS_READY))
#ifdef MUTANT_EARLY
#define present (channel == IS_READY || channel == NEGOTIATED)
#else
#define present (channel == IS_READY)
#endif

/* Leg::State of each call. */
#define UNMADE 0
#define FROZEN 1
#define WAITING 2
#define QUEUED 3
#define TAKEN 4
#define OVER 5
byte leg[CALLS];
bool sent[CALLS], was_taken[CALLS], slow[CALLS];
#define is_waiting(i) (leg[i] == WAITING)
#define is_under_way(i) (leg[i] == QUEUED || leg[i] == TAKEN)
#define is_armed(i) (leg[i] != UNMADE && leg[i] != OVER && leg[i] != LIMBO)
#define LIMBO 6 /* of a mutant: in no list */

/* ---- The partition ---- */
#define GONE 0
#define SAYS_INIT 1
#define WAITS_INIT 2 /* for the platform's; may say its own */
#define SAID_INIT 3
#define SAYS_COMPLETE 4
#define SAYS_HELLO 5
#define SAID_HELLO 6
#define SAYS_FEATURES 7
#define SAID_FEATURES 8
#define SAYS_REGISTER 9
#define SAID_REGISTER 10
#define SAYS_READY 11
#define WORKS 12
byte partition = GONE;
byte its_epoch, its_credits;
bool its_reissue;               /* it offers F_REISSUE */
byte held[CALLS];               /* the epoch of the CALL that it has not answered; outlives every fault */
#define is_held(i) (held[i] != 0 && held[i] == its_epoch)

/* ---- The properties ---- */
byte decided[CALLS];
bool performed[CALLS]; /* CALLs that reached the partition */
#define is_made(i) (leg[i] != UNMADE)
#define is_decided(i) (decided[i] > 0)
#define all_decided (SUM(is_decided) == CALLS)
byte faults = FAULTS, rogues = ROGUES;
bool over;
/* One each: what a violated assertion is called. */
bool doubled, repeated, stale, overdrawn, early, lost_call;
#define violated(property) \
  property = true;         \
  assert(!property);       \
  property = false

#ifdef LIVENESS
ltl no_call_is_lost { <> all_decided }
#endif

/* ---- The platform's turns ---- */
chan vsp_send = [0] of { mtype:message, byte, byte }; /* H_VSP_SEND: a message, its epoch, its value */

inline post(type, at_epoch, value) {
  assert(len(outbox) < MOST_MESSAGES);
  outbox ! type, at_epoch, value
}

#ifdef MUTANT_CREDITS
#define has_room (SUM(is_under_way) <= credits)
#else
#define has_room (SUM(is_under_way) < credits)
#endif
#ifdef MUTANT_DOUBLED
#define its_own(i) (leg[i] == TAKEN || leg[i] == OVER)
#else
#define its_own(i) (leg[i] == TAKEN)
#endif
#ifdef MUTANT_STALE
#define epoch_holds(at_epoch) true
#else
#define epoch_holds(at_epoch) (at_epoch == header_epoch)
#endif
#define may_be_reissued(i) (!was_taken[i] || idempotent(i) || in_use)

/* What a turn is about: `i` is the call of the first three. */
#define NOTHING 0
#define MADE 1
#define EXPIRED 2
#define ANSWERED 3
#define LOST 4
#define THAWED 5
/* What becomes of a call. */
#define KEEP 0
#define END 1
#define ABSENT 2
#define FREEZE 3
#define WAIT 4
#define FORGET 5

/* A refusal that leaves the channel open changes nothing, and only that of HELLO tells its sender something. In backing_off all is taken and nothing answered. */
inline take_message() {
  if
  :: type == INIT && is_up -> what = LOST; becomes = CLOSED; says = CLOSING_ERROR; opens = true /* 5.2 */
#ifdef MUTANT_RACE
  :: type == INIT && channel == CLOSED && init_sent -> what = LOST; becomes = CLOSED /* out of order: its own is taken back */
  :: type == INIT && channel == CLOSED && !init_sent ->
#else
  :: type == INIT && channel == CLOSED -> /* 5.1: also while its own is on the way */
#endif
    channel = INITIALIZED;
    post(INIT_COMPLETE, 0, 0)
  :: type == INIT_COMPLETE && ((channel == CLOSED && init_sent) || channel == INITIALIZED) ->
    init_sent = false;
    channel = INITIALIZED
  :: type == HELLO && channel == INITIALIZED ->
    if
    :: must_offer && !(k & 1) ->
      channel = CLOSED;
      init_sent = false;
      post(REFUSED_WELCOME, 0, 0)
    :: else ->
      channel = WELCOMED;
      epoch++;
      in_use = false;
      offered = k & 1;
      if
      :: (k >> 1) < MOST_CREDITS -> credits = k >> 1
      :: else -> credits = MOST_CREDITS
      fi;
      post(WELCOME, header_epoch, credits)
    fi
  :: type == HELLO && channel != INITIALIZED && channel != BACKING_OFF -> post(ERROR, header_epoch, 0) /* 5.3 */
  :: type == FEATURES && channel == WELCOMED && e == header_epoch ->
    in_use = offered;
    must_offer = offered;
    channel = NEGOTIATED;
    post(FEATURES_OK, header_epoch, 0)
  :: type == REGISTER && channel == NEGOTIATED && e == header_epoch -> post(REGISTERED, header_epoch, 0)
  :: type == READY && channel == NEGOTIATED && e == header_epoch -> channel = IS_READY; what = THAWED
  :: type == REPLY && channel == IS_READY && epoch_holds(e) && its_own(k) ->
    if
    :: e != epoch -> violated(stale)
    :: else
    fi;
    i = k;
    what = ANSWERED
  :: type == RESET && is_up && e == header_epoch -> what = LOST; becomes = INITIALIZED; must_offer = false
  :: else
  fi
}

/* Which fate call n meets in this turn. */
inline find_fate() {
  fate = KEEP;
  if
  :: what == LOST && (leg[n] == WAITING || leg[n] == QUEUED || leg[n] == TAKEN) -> /* 11.2 */
    slow[n] = false;
    if
    :: in_flight == abort && leg[n] == TAKEN -> fate = END
    :: in_flight == abort && leg[n] != TAKEN -> fate = ABSENT
    :: in_flight != abort && !sent[n] -> fate = ABSENT
    :: in_flight == fail && sent[n] -> fate = END
#ifdef MUTANT_REISSUE
    :: in_flight == reissue && sent[n] -> fate = FREEZE
#else
    :: in_flight == reissue && sent[n] && !may_be_reissued(n) -> fate = END
#ifdef MUTANT_LOST
    :: in_flight == reissue && sent[n] && may_be_reissued(n) -> fate = FORGET
#else
    :: in_flight == reissue && sent[n] && may_be_reissued(n) -> fate = FREEZE
#endif
#endif
    fi
#if !defined(MUTANT_THAW) && !defined(MUTANT_REISSUE)
  /* It may have come back as somebody who cannot tell: after RESET, or stopped in good order. */
  :: what == THAWED && leg[n] == FROZEN && !may_be_reissued(n) -> fate = END
  :: what == THAWED && leg[n] == FROZEN && may_be_reissued(n) -> fate = WAIT
#else
  :: what == THAWED && leg[n] == FROZEN -> fate = WAIT
#endif
  :: what == MADE && n == i && present -> fate = WAIT
  :: what == MADE && n == i && !present -> fate = ABSENT
  :: what == ANSWERED && n == i -> fate = END
  :: what == EXPIRED && n == i && leg[n] != FROZEN && !slow[n] && when_slow == freeze -> slow[n] = true
  :: what == EXPIRED && n == i && (leg[n] == FROZEN || slow[n] || when_slow != freeze) -> /* by when_slow or after_freeze */
    fate = END;
    if
    :: leg[n] == QUEUED -> outbox ?? CALL, _, eval(n)
    :: leg[n] == TAKEN && present -> post(CANCEL, header_epoch, n)
    :: else
    fi
  :: else
  fi;
  if
  :: fate == ABSENT && when_absent == freeze -> fate = FREEZE
  :: fate == ABSENT && when_absent != freeze ->
    if
    :: when_absent == open && performed[n] && !idempotent(n) -> violated(repeated)
    :: else
    fi;
    fate = END
  :: else
  fi
}

inline meet_fate() {
  if
  :: fate == END ->
    if
    :: decided[n] > 0 -> violated(doubled)
    :: else -> decided[n]++
    fi;
    leg[n] = OVER;
    slow[n] = false
  :: fate == FREEZE -> leg[n] = FROZEN
  :: fate == WAIT -> leg[n] = WAITING
  :: fate == FORGET -> leg[n] = LIMBO /* in no list: its freeze limit is not watched, nor is it given again */
  :: else
  fi
}

/* Another program comes up in the partition, or it changes its mind about F_REISSUE. */
inline become_another() {
  if
  :: true
  :: in_flight == reissue -> its_reissue = !its_reissue
  fi
}

proctype Platform() {
  byte n, i, e, k, what, fate, becomes;
  bool opens;
  mtype:message type, says;
  do
  :: atomic {
       if
       :: vsp_send ? type, e, k -> take_message()
       /* A client's call; an alarm of one. */
       :: leg[0] == UNMADE -> what = MADE; i = 0
       :: leg[1] == UNMADE -> what = MADE; i = 1
       :: is_armed(0) -> what = EXPIRED; i = 0
       :: is_armed(1) -> what = EXPIRED; i = 1
#if CALLS == 3
       :: leg[2] == UNMADE -> what = MADE; i = 2
       :: is_armed(2) -> what = EXPIRED; i = 2
#endif
       /* Crashed, or stopped in good order; for ever, perhaps. */
       :: running && faults > 0 ->
         faults--;
         running = false;
         partition = GONE;
         what = LOST;
         becomes = OFF;
         if
         :: true
         :: must_offer = false
         fi;
         become_another();
         if
         :: true
         :: gone = true
         fi
       :: !running && !gone ->
         running = true;
         partition = SAYS_INIT;
         if
         :: channel = CLOSED
         :: faults < FAULTS -> channel = BACKING_OFF /* it failed before */
         fi
       :: running && faults > 0 && (channel == CLOSED || is_up) ->
         faults--;
         what = LOST;
         becomes = BACKING_OFF;
         says = NOTICE
       :: running && channel == BACKING_OFF ->
#ifdef MUTANT_DEADLOCK
         channel = CLOSED /* and waits for the partition, which may wait for it */
#else
         opens = true
#endif
       :: running && faults > 0 && channel != SUSPENDED -> faults--; what = LOST; becomes = SUSPENDED
       :: running && channel == SUSPENDED -> opens = true
       /* Nothing is to come any more. */
       :: SUM(is_armed) == 0 && SUM(is_made) == CALLS && len(outbox) == 0 &&
          ((channel == IS_READY && partition == WORKS) || (gone && !running)) ->
#ifndef LIVENESS
         if
         :: !all_decided -> violated(lost_call)
         :: else
         fi;
#endif
         over = true;
         break
       fi;
       if
       :: what == LOST ->
         do
         :: len(outbox) > 0 -> outbox ? type, e, k
         :: else -> break
         od;
         channel = becomes;
         init_sent = false
       :: else
       fi;
       if
       :: says != 0 -> post(says, 0, 0)
       :: else
       fi;
       if
       :: opens ->
         channel = CLOSED;
         init_sent = true;
         post(INIT, 0, 0)
       :: else
       fi;
       if
       :: what != NOTHING ->
         for (n : 0 .. CALLS - 1) {
           find_fate();
           meet_fate()
         }
         for (n : 0 .. CALLS - 1) {
           if
           :: leg[n] == WAITING && present && has_room ->
             if
             :: channel != IS_READY -> violated(early)
             :: else
             fi;
             leg[n] = QUEUED;
             sent[n] = true;
             post(CALL, header_epoch, n)
           :: else
           fi
         }
       :: else
       fi;
       n = 0; i = 0; e = 0; k = 0; what = NOTHING; fate = KEEP; becomes = 0; opens = false; type = 0; says = 0
     }
  od
}

/* ---- The partition ---- */
#define runs (running && channel != SUSPENDED && !over)

proctype Partition() {
  byte e, k;
  mtype:message type;
  do
  /* What it has to say. */
  :: atomic { runs && partition == SAYS_INIT -> partition = SAID_INIT; vsp_send ! INIT, 0, 0 }
  :: atomic { runs && partition == WAITS_INIT -> partition = SAID_INIT; vsp_send ! INIT, 0, 0 }
  :: atomic { runs && partition == SAYS_COMPLETE -> partition = SAYS_HELLO; vsp_send ! INIT_COMPLETE, 0, 0 }
  :: atomic { runs && partition == SAYS_HELLO ->
       partition = SAID_HELLO;
       its_epoch = 0;
       its_credits = 0;
       vsp_send ! HELLO, 0, MOST_CREDITS * 2 + its_reissue }
  :: atomic { runs && partition == SAYS_FEATURES -> partition = SAID_FEATURES; vsp_send ! FEATURES, its_epoch, 0 }
  :: atomic { runs && partition == SAYS_REGISTER -> partition = SAID_REGISTER; vsp_send ! REGISTER, its_epoch, 0 }
  :: atomic { runs && partition == SAYS_READY -> partition = WORKS; vsp_send ! READY, its_epoch, 0 }

  /* What it is told: H_VSP_RECEIVE. */
  :: atomic { runs && len(outbox) > 0 ->
       outbox ? type, e, k;
       if
       :: type == INIT -> its_epoch = 0; partition = SAYS_COMPLETE
       :: type == INIT_COMPLETE && partition == SAID_INIT -> partition = SAYS_HELLO
       :: type == WELCOME && partition == SAID_HELLO -> its_epoch = e; its_credits = k; partition = SAYS_FEATURES
       :: type == REFUSED_WELCOME -> its_reissue = true; partition = SAYS_INIT
       :: type == FEATURES_OK -> partition = SAYS_REGISTER
       :: type == REGISTERED -> partition = SAYS_READY
       :: type == CALL ->
         leg[k] = TAKEN;
         was_taken[k] = true;
         if
         :: partition != WORKS || e != its_epoch -> violated(early)
         :: else
         fi;
         if
         :: performed[k] && !idempotent(k) && !(in_flight == reissue && its_reissue) -> violated(repeated)
         :: else
         fi;
         performed[k] = true;
         if
         :: held[k] = e
         :: held[k] != 0 /* it confuses the two: its reply will be one of the old epoch */
         fi;
         if
         :: SUM(is_held) > its_credits -> violated(overdrawn)
         :: else
         fi
       /* Its INIT_COMPLETE to an INIT of before an ejection or a suspension has met the next one: it begins anew. */
       :: type == ERROR && partition == SAID_HELLO -> partition = SAYS_INIT
       :: type == CANCEL -> held[k] = 0
       :: type == NOTICE || type == CLOSING_ERROR -> partition = WAITS_INIT
       :: else
       fi;
       type = 0; e = 0; k = 0 }

  /* Its replies, also those to calls of before: with the epoch in which it got them. */
  :: atomic { runs && held[0] != 0 -> e = held[0]; held[0] = 0; vsp_send ! REPLY, e, 0; e = 0 }
  :: atomic { runs && held[1] != 0 -> e = held[1]; held[1] = 0; vsp_send ! REPLY, e, 1; e = 0 }
#if CALLS == 3
  :: atomic { runs && held[2] != 0 -> e = held[2]; held[2] = 0; vsp_send ! REPLY, e, 2; e = 0 }
#endif

  /* What it should not do, or need not: a second reply or one to what it never got, INIT on a channel that is up, RESET. */
  :: atomic { runs && rogues > 0 && partition == WORKS && !is_held(0) -> rogues--; vsp_send ! REPLY, its_epoch, 0 }
  :: atomic { runs && rogues > 0 && partition == WORKS && !is_held(1) -> rogues--; vsp_send ! REPLY, its_epoch, 1 }
  :: atomic { runs && faults > 0 && partition >= SAYS_HELLO -> faults--; partition = SAID_INIT; vsp_send ! INIT, 0, 0 }
  :: atomic { runs && faults > 0 && partition >= SAYS_HELLO && partition != SAID_HELLO -> /* it knows its epoch */
       faults--;
       become_another();
       partition = SAYS_HELLO;
       vsp_send ! RESET, its_epoch, 0 }
  :: over -> break
  od
}

init {
  atomic {
    if
    :: when_absent = open
    :: when_absent = closed
    :: when_absent = freeze
    fi;
    if
    :: when_slow = open
    :: when_slow = closed
    :: when_slow = freeze
    fi;
    if
    :: in_flight = abort
    :: in_flight = fail
    :: in_flight = reissue
    fi;
    if
    :: when_absent != freeze && when_slow != freeze && in_flight != reissue -> after_freeze = closed
    :: else ->
      if
      :: after_freeze = open
      :: after_freeze = closed
      fi
    fi;
    become_another();
    run Partition();
    run Platform()
  }
}
