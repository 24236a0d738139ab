/* A bad citizen: it reaches for memory that it was not given. For trying the conformance kit; do not copy from it.
 *
 * Configuration, which of its sins it commits with each call:
 *   beyond      reads past the end of the grant (empty: this one)
 *   direction   writes to what is granted for reading, or reads what is granted for writing
 *   guess       uses a grant that nobody gave it
 *   after       reads once more after it has replied: the grant is over
 *
 * It logs each copy that it got away with. */
#include <stdlib.h>

#include "channel.h"

#define REMEMBERED 64
#define SOON 1000000 /* ns */

struct citizen {
  struct channel channel;
  const char* sin;
  struct lparsim_vsp_grant grants[REMEMBERED]; /* of calls that are over, by timer */
  uint64_t calls;
};

static const char* const kSins[] = {"beyond", "direction", "guess", "after"};
static const struct channel_hook kHooks[] = {
    {LPARSIM_VSP_HOOK_VSCSI_COMMAND, LPARSIM_VSP_PROVIDER, 0, LPARSIM_VSP_ANY_FUNCTION_LAST},
};

static void* create(const struct lparsim_vsp_platform* platform, const char* configuration) {
  struct citizen* citizen = calloc(1, sizeof *citizen);
  if (citizen == NULL) return NULL;
  if (configuration[0] == '\0') configuration = kSins[0];
  for (size_t i = 0; i < sizeof kSins / sizeof kSins[0]; ++i) {
    if (strcmp(configuration, kSins[i]) == 0) citizen->sin = kSins[i];
  }
  if (citizen->sin == NULL) {
    platform->log(platform->context, "it can be beyond, direction, guess or after");
    free(citizen);
    return NULL;
  }
  citizen->channel.platform = platform;
  citizen->channel.name = "bad memory";
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

/* Tries to copy eight bytes, either way. */
static void reach(struct citizen* citizen, int write, uint64_t grant, uint32_t offset) {
  const struct lparsim_vsp_platform* platform = citizen->channel.platform;
  uint64_t word = 0;
  const int32_t status = write ? platform->write(platform->context, grant, offset, &word, sizeof word)
                               : platform->read(platform->context, grant, offset, &word, sizeof word);
  if (status == LPARSIM_VSP_OK) platform->log(platform->context, "it was let at memory that it was not given");
}

static void message(void* self, const void* bytes, uint32_t length) {
  struct citizen* citizen = self;
  const struct lparsim_vsp_platform* platform = citizen->channel.platform;
  const struct lparsim_vsp_call* call = bytes;
  const struct lparsim_vsp_grant* grant = &call->grants[0];
  if (channel_message(&citizen->channel, bytes, length) || call->header.type != LPARSIM_VSP_CALL) return;
  switch (grant->id == 0 ? 'g' : citizen->sin[0]) {
    case 'b':
      reach(citizen, grant->access == 2, grant->id, grant->length - 4);
      reach(citizen, grant->access == 2, grant->id, UINT32_MAX - 4); /* the end of which is before its beginning */
      break;
    case 'd':
      if (grant->access != 3) reach(citizen, grant->access == 1, grant->id, 0);
      break;
    case 'g':
      reach(citizen, 0, UINT64_C(0x123456789), 0);
      break;
    case 'a': /* what we do now would still come before the reply */
      citizen->grants[citizen->calls % REMEMBERED] = *grant;
      platform->set_timer(platform->context, citizen->calls++, SOON);
      break;
  }
  channel_reply(&citizen->channel, call->call, LPARSIM_VSP_NATIVE, 0, NULL);
}

static void timer(void* self, uint64_t tag) {
  struct citizen* citizen = self;
  if (channel_timer(&citizen->channel, tag)) return;
  reach(citizen, citizen->grants[tag % REMEMBERED].access == 2, citizen->grants[tag % REMEMBERED].id, 0);
}

static const struct lparsim_vsp_behaviour kBehaviour = {
    sizeof kBehaviour, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, "bad_memory", create, destroy, started, message, timer,
};

const struct lparsim_vsp_behaviour* lparsim_vsp_entry(void) {
  return &kBehaviour;
}
