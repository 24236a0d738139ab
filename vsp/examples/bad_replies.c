/* A bad citizen: its replies are not what a platform may rely on. For trying the conformance kit; do not copy from it.
 *
 * Configuration, which of its sins it commits with each call:
 *   duplicate   answers twice (empty: this one)
 *   unknown     answers a call that never was, then the one that is
 *   late        answers after ten seconds
 *   stale       answers in the epoch before, then in this one
 *   verdict     answers NATIVE, which a filter may not
 *   defer       answers DEFER, for which it has not asked */
#include <stdlib.h>

#include "channel.h"

#define LATE UINT64_C(10000000000)
#define NO_SUCH_CALL UINT64_C(0x7777777777777777)

struct citizen {
  struct channel channel;
  const char* sin;
};

static const char* const kSins[] = {"duplicate", "unknown", "late", "stale", "verdict", "defer"};
static const struct channel_hook kHooks[] = {
    {LPARSIM_VSP_HOOK_SEA_FORWARD, LPARSIM_VSP_FILTER, 0, LPARSIM_VSP_ANY_FUNCTION_LAST},
};

static void* create(const struct lparsim_vsp_platform* platform, const char* configuration) {
  struct citizen* citizen = calloc(1, sizeof *citizen);
  if (citizen == NULL) return NULL;
  if (configuration[0] == '\0') configuration = kSins[0];
  for (size_t i = 0; i < sizeof kSins / sizeof kSins[0]; ++i) {
    if (strcmp(configuration, kSins[i]) == 0) citizen->sin = kSins[i];
  }
  if (citizen->sin == NULL) {
    platform->log(platform->context, "it can be duplicate, unknown, late, stale, verdict or defer");
    free(citizen);
    return NULL;
  }
  citizen->channel.platform = platform;
  citizen->channel.name = "bad replies";
  citizen->channel.hooks = kHooks;
  citizen->channel.hook_count = 1;
  citizen->channel.credits = 8;
  return citizen;
}

static void destroy(void* self) {
  free(self);
}

static void started(void* self) {
  channel_start(&((struct citizen*)self)->channel);
}

static void pass(struct channel* c, uint64_t call) {
  channel_reply(c, call, LPARSIM_VSP_PASS, 0, NULL);
}

static void message(void* self, const void* bytes, uint32_t length) {
  struct citizen* citizen = self;
  struct channel* c = &citizen->channel;
  const struct lparsim_vsp_platform* platform = c->platform;
  const struct lparsim_vsp_call* call = bytes;
  if (channel_message(c, bytes, length) || call->header.type != LPARSIM_VSP_CALL) return;
  switch (citizen->sin[0]) {
    case 'd':
      if (citizen->sin[1] == 'e') {
        channel_reply(c, call->call, LPARSIM_VSP_DEFER, 0, NULL);
      } else {
        pass(c, call->call);
      }
      break;
    case 'u':
      pass(c, NO_SUCH_CALL);
      break;
    case 'l':
      platform->set_timer(platform->context, call->call, LATE);
      return;
    case 's':
      --c->epoch;
      pass(c, call->call);
      ++c->epoch;
      break;
    case 'v':
      channel_reply(c, call->call, LPARSIM_VSP_NATIVE, 0, NULL);
      break;
  }
  pass(c, call->call);
}

static void timer(void* self, uint64_t tag) {
  struct citizen* citizen = self;
  if (!channel_timer(&citizen->channel, tag)) pass(&citizen->channel, tag);
}

static const struct lparsim_vsp_behaviour kBehaviour = {
    sizeof kBehaviour, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, "bad_replies", create, destroy, started, message, timer,
};

const struct lparsim_vsp_behaviour* lparsim_vsp_entry(void) {
  return &kBehaviour;
}
