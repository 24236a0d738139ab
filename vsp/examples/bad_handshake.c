/* A bad citizen: one that cannot behave before its first call. For trying the conformance kit; do not copy from it.
 *
 * Configuration, which of its sins it commits:
 *   early         READY before HELLO (empty: this one)
 *   init          INIT on a channel that is up
 *   unoffered     FEATURES with a bit that WELCOME did not have
 *   renegotiate   FEATURES a second time, without RESET
 *   insist        REGISTER again at once, and again, when it was refused */
#include <stdlib.h>

#include "channel.h"

#define UNOFFERED (UINT64_C(1) << 40)
#define INSISTENCE 500000 /* ns */

struct citizen {
  struct channel channel;
  const char* sin;
};

static const char* const kSins[] = {"early", "init", "unoffered", "renegotiate", "insist"};
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
    platform->log(platform->context, "it can be early, init, unoffered, renegotiate or insist");
    free(citizen);
    return NULL;
  }
  citizen->channel.platform = platform;
  citizen->channel.name = "bad handshake";
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

static int is(const struct citizen* citizen, const char* sin) {
  return strcmp(citizen->sin, sin) == 0;
}

/* What it does as soon as it is ready. */
static void sin_when_ready(struct citizen* citizen) {
  struct channel* c = &citizen->channel;
  if (is(citizen, "init")) {
    struct lparsim_vsp_init init = {{0, 0, 0}};
    const uint32_t epoch = c->epoch;
    c->epoch = 0; /* as INIT has it */
    channel_send(c, &init, LPARSIM_VSP_INIT, sizeof init);
    c->epoch = epoch;
  } else if (is(citizen, "renegotiate")) {
    struct lparsim_vsp_features features;
    memset(&features, 0, sizeof features);
    channel_send(c, &features, LPARSIM_VSP_FEATURES, sizeof features);
  }
}

static void message(void* self, const void* bytes, uint32_t length) {
  struct citizen* citizen = self;
  struct channel* c = &citizen->channel;
  const struct lparsim_vsp_call* call = bytes;
  const int was_ready = c->ready;
  const int opens = call->header.type == LPARSIM_VSP_INIT || call->header.type == LPARSIM_VSP_INIT_COMPLETE;
  if (opens && is(citizen, "early")) channel_say(c, LPARSIM_VSP_READY);
  if (call->header.type == LPARSIM_VSP_WELCOME && is(citizen, "unoffered")) {
    struct lparsim_vsp_welcome welcome = *(const struct lparsim_vsp_welcome*)bytes;
    welcome.features |= UNOFFERED;
    c->wanted |= UNOFFERED;
    channel_message(c, &welcome, sizeof welcome);
    c->wanted &= ~UNOFFERED;
    return;
  }
  if (call->header.type == LPARSIM_VSP_REGISTERED && is(citizen, "insist") &&
      ((const struct lparsim_vsp_registered*)bytes)->status != LPARSIM_VSP_OK) {
    c->platform->compute(c->platform->context, INSISTENCE);
    channel_register_all(c);
    return;
  }
  if (channel_message(c, bytes, length)) {
    if (c->ready && !was_ready) sin_when_ready(citizen);
    return;
  }
  if (call->header.type == LPARSIM_VSP_CALL) channel_reply(c, call->call, LPARSIM_VSP_PASS, 0, NULL);
}

static void timer(void* self, uint64_t tag) {
  channel_timer(&((struct citizen*)self)->channel, tag);
}

static const struct lparsim_vsp_behaviour kBehaviour = {
    sizeof kBehaviour, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, "bad_handshake", create, destroy, started, message, timer,
};

const struct lparsim_vsp_behaviour* lparsim_vsp_entry(void) {
  return &kBehaviour;
}
