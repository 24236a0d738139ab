/* A bad citizen: one that does not finish. For trying the conformance kit; do not copy from it.
 *
 * Configuration, which of its sins it commits:
 *   hang     answers no call (empty: this one)
 *   spin     computes for a second for each call before it answers
 *   cancel   answers calls only when they have been cancelled
 *   notice   asks for notice and never says QUIESCED
 *   gone     does not come back when its channel has been closed, after a violation of its own with its tenth call */
#include <stdlib.h>

#include "channel.h"

#define SECOND UINT64_C(1000000000)
#define LAST_CALL 10

struct citizen {
  struct channel channel;
  const char* sin;
  uint32_t calls;
  int gone;
};

static const char* const kSins[] = {"hang", "spin", "cancel", "notice", "gone"};
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
    platform->log(platform->context, "it can be hang, spin, cancel, notice or gone");
    free(citizen);
    return NULL;
  }
  citizen->channel.platform = platform;
  citizen->channel.name = "bad quitter";
  citizen->channel.hooks = kHooks;
  citizen->channel.hook_count = 1;
  citizen->channel.credits = 8;
  citizen->channel.wanted = LPARSIM_VSP_F_NOTICE;
  return citizen;
}

static void destroy(void* self) {
  free(self);
}

static void started(void* self) {
  channel_start(&((struct citizen*)self)->channel);
}

static int is(const struct citizen* citizen, const char* sin) {
  return strcmp(citizen->sin, sin) == 0;
}

static void called(struct citizen* citizen, uint64_t call) {
  struct channel* c = &citizen->channel;
  if (is(citizen, "hang") || is(citizen, "cancel")) return;
  if (is(citizen, "spin")) c->platform->compute(c->platform->context, SECOND);
  if (is(citizen, "gone") && ++citizen->calls == LAST_CALL) {
    const uint32_t epoch = c->epoch;
    citizen->gone = 1;
    c->epoch = 0;
    channel_say(c, LPARSIM_VSP_INIT); /* closes an open channel */
    c->epoch = epoch;
    return;
  }
  channel_reply(c, call, LPARSIM_VSP_PASS, 0, NULL);
}

static void message(void* self, const void* bytes, uint32_t length) {
  struct citizen* citizen = self;
  struct channel* c = &citizen->channel;
  const struct lparsim_vsp_call* call = bytes;
  if (citizen->gone || channel_message(c, bytes, length)) return;
  switch (call->header.type) {
    case LPARSIM_VSP_CALL:
      called(citizen, call->call);
      break;
    case LPARSIM_VSP_CANCEL:
      if (is(citizen, "cancel")) channel_reply(c, ((const struct lparsim_vsp_outcome*)bytes)->call, LPARSIM_VSP_PASS, 0, NULL);
      break;
    case LPARSIM_VSP_NOTICE: {
      const uint32_t reason = ((const struct lparsim_vsp_notice*)bytes)->reason;
      const int goes = reason == LPARSIM_VSP_SUSPEND || reason == LPARSIM_VSP_SHUTDOWN;
      if (goes && !is(citizen, "notice")) channel_say(c, LPARSIM_VSP_QUIESCED);
      break;
    }
    default:
      break;
  }
}

static void timer(void* self, uint64_t tag) {
  struct citizen* citizen = self;
  if (!citizen->gone) channel_timer(&citizen->channel, tag);
}

static const struct lparsim_vsp_behaviour kBehaviour = {
    sizeof kBehaviour, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, "bad_quitter", create, destroy, started, message, timer,
};

const struct lparsim_vsp_behaviour* lparsim_vsp_entry(void) {
  return &kBehaviour;
}
