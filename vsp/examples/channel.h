/* What every Virtual Service Partition does before its first call and after its last: a tiny library for the examples.
 *
 * Fill in a struct channel, then hand over `started`, all messages and all timers; when channel_message() returns 1 the message was about
 * the channel only. The order of the handshake is that of docs/vsp/interface.md, section 5:
 *
 *   partition                      platform
 *   INIT                       ->
 *                              <-  INIT_COMPLETE         (or the other way round: either side may begin)
 *   HELLO: what it can         ->
 *                              <-  WELCOME: what it gets, and the epoch
 *   FEATURES: what it will use ->
 *                              <-  FEATURES_OK
 *   REGISTER, for each hook    ->
 *                              <-  REGISTERED
 *   READY                      ->
 *                              <-  CALL, CALL, ...
 */
#ifndef CHANNEL_H
#define CHANNEL_H
#include <lparsim/vsp.h>
#include <string.h>

#define CHANNEL_TIMER UINT64_MAX /* of its timers, the one that is the channel's */
#define CHANNEL_FIRST_RETRY UINT64_C(1000000)
#define CHANNEL_LONGEST_RETRY UINT64_C(1000000000)

struct channel_hook {
  uint16_t hook; /* enum lparsim_vsp_hook */
  uint16_t role; /* enum lparsim_vsp_role */
  uint32_t function_first;
  uint32_t function_last;
};

struct channel {
  /* to be filled in */
  const struct lparsim_vsp_platform* platform;
  const char* name;
  const struct channel_hook* hooks;
  uint32_t hook_count;
  uint32_t credits;
  uint64_t wanted; /* features */
  /* how far it has come */
  uint64_t features; /* agreed upon */
  uint32_t granted;  /* credits */
  uint32_t epoch;
  uint32_t answers; /* to REGISTER */
  uint32_t registered;
  int open;  /* INIT has gone both ways */
  int ready; /* calls may come */
  uint64_t retry;
};

static inline void channel_send(struct channel* c, void* message, uint16_t type, size_t length) {
  struct lparsim_vsp_header* header = message;
  header->type = type;
  header->length = (uint16_t)length;
  header->epoch = c->epoch;
  c->platform->send(c->platform->context, message, (uint32_t)length);
}

/* A message that says nothing but its type. */
static inline void channel_say(struct channel* c, uint16_t type) {
  struct lparsim_vsp_init message = {{0, 0, 0}};
  channel_send(c, &message, type, sizeof message);
}

static inline void channel_open(struct channel* c) {
  c->epoch = 0;
  c->open = c->ready = 0;
  channel_say(c, LPARSIM_VSP_INIT);
}

/* From `started`. */
static inline void channel_start(struct channel* c) {
  c->retry = CHANNEL_FIRST_RETRY;
  channel_open(c);
}

static inline void channel_hello(struct channel* c) {
  struct lparsim_vsp_hello hello;
  memset(&hello, 0, sizeof hello);
  hello.major = LPARSIM_VSP_MAJOR;
  hello.minor = LPARSIM_VSP_MINOR;
  hello.message_max = LPARSIM_VSP_MESSAGE_MAX;
  hello.features = c->wanted;
  hello.credits = c->credits;
  strncpy(hello.name, c->name, sizeof hello.name - 1);
  c->epoch = 0;
  c->open = 1;
  c->ready = 0;
  channel_send(c, &hello, LPARSIM_VSP_HELLO, sizeof hello);
}

static inline void channel_register_all(struct channel* c) {
  c->answers = c->registered = 0;
  for (uint32_t i = 0; i < c->hook_count; ++i) {
    struct lparsim_vsp_register wish;
    memset(&wish, 0, sizeof wish);
    wish.registration = i;
    wish.hook = c->hooks[i].hook;
    wish.role = c->hooks[i].role;
    wish.function_first = c->hooks[i].function_first;
    wish.function_last = c->hooks[i].function_last;
    channel_send(c, &wish, LPARSIM_VSP_REGISTER, sizeof wish);
  }
}

/* Tries again: after at least so many ns, and twice as long each time. */
static inline void channel_retry(struct channel* c, uint64_t at_least) {
  c->ready = 0;
  c->platform->set_timer(c->platform->context, CHANNEL_TIMER, c->retry > at_least ? c->retry : at_least);
  if (c->retry < CHANNEL_LONGEST_RETRY) c->retry *= 2;
}

static inline int channel_timer(struct channel* c, uint64_t tag) {
  if (tag != CHANNEL_TIMER) return 0;
  if (c->ready) return 1; /* the platform was faster */
  if (!c->open) {
    channel_open(c);
  } else if (c->answers == c->hook_count) { /* INIT would be a violation: back to before HELLO */
    channel_say(c, LPARSIM_VSP_RESET);
    channel_hello(c);
  }
  return 1;
}

/* 1: it was the channel's, and there is nothing to be done about it. NOTICE and ERROR are for the behaviour to see as well. */
static inline int channel_message(struct channel* c, const void* message, uint32_t length) {
  const struct lparsim_vsp_header* header = message;
  if (length < sizeof *header) return 1;
  switch (header->type) {
    case LPARSIM_VSP_INIT:
      c->epoch = 0;
      channel_say(c, LPARSIM_VSP_INIT_COMPLETE);
      channel_hello(c);
      return 1;
    case LPARSIM_VSP_INIT_COMPLETE:
      if (!c->open) channel_hello(c);
      return 1;
    case LPARSIM_VSP_WELCOME: {
      const struct lparsim_vsp_welcome* welcome = message;
      struct lparsim_vsp_features use;
      if (welcome->status != 0) { /* it does not want us, and has closed the channel */
        c->open = 0;
        channel_retry(c, 0);
        return 1;
      }
      memset(&use, 0, sizeof use);
      c->epoch = header->epoch;
      c->granted = welcome->credits;
      c->answers = 0;
      use.features = welcome->features & c->wanted;
      channel_send(c, &use, LPARSIM_VSP_FEATURES, sizeof use);
      return 1;
    }
    case LPARSIM_VSP_FEATURES_OK: {
      const struct lparsim_vsp_features* agreed = message;
      if (agreed->status != LPARSIM_VSP_OK) { /* those that are left may be used: say so */
        struct lparsim_vsp_features use = *agreed;
        use.status = 0;
        channel_send(c, &use, LPARSIM_VSP_FEATURES, sizeof use);
        return 1;
      }
      c->features = agreed->features;
      channel_register_all(c);
      return 1;
    }
    case LPARSIM_VSP_REGISTERED:
      ++c->answers;
      if (((const struct lparsim_vsp_registered*)message)->status == LPARSIM_VSP_OK) ++c->registered;
      if (c->ready || c->answers < c->hook_count) return 1;
      if (c->registered == 0) { /* not allowed, or somebody else has them: perhaps later */
        c->platform->log(c->platform->context, "all registrations were refused");
        channel_retry(c, 0);
        return 1;
      }
      channel_say(c, LPARSIM_VSP_READY);
      c->ready = 1;
      c->retry = CHANNEL_FIRST_RETRY;
      return 1;
    case LPARSIM_VSP_ERROR:
      if (((const struct lparsim_vsp_error*)message)->closed != 0) {
        c->open = 0;
        channel_retry(c, 0);
      }
      return 0;
    case LPARSIM_VSP_NOTICE: {
      const struct lparsim_vsp_notice* notice = message;
      if (notice->reason == LPARSIM_VSP_EJECTED) {
        c->open = 0;
        channel_retry(c, notice->time);
      } else if (notice->reason == LPARSIM_VSP_RESUME) {
        c->open = c->ready = 0; /* the platform's INIT follows */
      }
      return 0;
    }
    default:
      return 0;
  }
}

/* Of a COMPLETE or MODIFY `values` has eight numbers; else it may be NULL. */
static inline void channel_reply(struct channel* c, uint64_t call, uint32_t verdict, int32_t status, const uint64_t* values) {
  struct lparsim_vsp_reply reply;
  memset(&reply, 0, sizeof reply);
  reply.call = call;
  reply.verdict = verdict;
  reply.status = status;
  if (values != NULL) memcpy(reply.values, values, sizeof reply.values);
  channel_send(c, &reply, LPARSIM_VSP_REPLY, sizeof reply);
}

#endif
