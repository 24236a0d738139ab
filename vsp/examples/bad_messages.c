/* A bad citizen: its messages are not those of the header. For trying the conformance kit; do not copy from it.
 *
 * Configuration, which of its sins it commits, with each call unless it is said otherwise:
 *   length     `length` is not that of the message (empty: this one)
 *   short      a reply that ends after its verdict
 *   padding    a reply with bits in its reserved field
 *   type       a message of a type that there is not
 *   role       REGISTER with a role that there is not, once it is ready
 *   version    HELLO of a version that there is not */
#include <stdlib.h>

#include "channel.h"

#define NO_SUCH_TYPE 999
#define NO_SUCH_ROLE 9
#define NO_SUCH_VERSION 99
#define SHORT 24

struct citizen {
  struct channel channel;
  const char* sin;
  const struct lparsim_vsp_platform* real; /* the platform */
  struct lparsim_vsp_platform in_between;  /* what its channel sends through */
};

static const char* const kSins[] = {"length", "short", "padding", "type", "role", "version"};
static const struct channel_hook kHooks[] = {
    {LPARSIM_VSP_HOOK_SEA_FORWARD, LPARSIM_VSP_FILTER, 0, LPARSIM_VSP_ANY_FUNCTION_LAST},
};

/* Spoils a message on its way. */
static int32_t spoil(void* context, const void* message, uint32_t length) {
  struct citizen* citizen = context;
  const struct lparsim_vsp_platform* real = citizen->real;
  const struct lparsim_vsp_header* header = message;
  if (header->type == LPARSIM_VSP_HELLO && strcmp(citizen->sin, "version") == 0) {
    struct lparsim_vsp_hello hello = *(const struct lparsim_vsp_hello*)message;
    hello.major = NO_SUCH_VERSION;
    return real->send(real->context, &hello, sizeof hello);
  }
  if (header->type == LPARSIM_VSP_REPLY) {
    struct lparsim_vsp_reply reply = *(const struct lparsim_vsp_reply*)message;
    if (strcmp(citizen->sin, "length") == 0) reply.header.length = (uint16_t)(length + 8);
    if (strcmp(citizen->sin, "padding") == 0) reply.reserved = 1;
    if (strcmp(citizen->sin, "type") == 0) reply.header.type = NO_SUCH_TYPE;
    if (strcmp(citizen->sin, "short") == 0) length = reply.header.length = SHORT;
    return real->send(real->context, &reply, length);
  }
  return real->send(real->context, message, length);
}

/* The other functions, unspoilt, with the context that they want. */
static void set_timer(void* context, uint64_t tag, uint64_t ns) {
  const struct lparsim_vsp_platform* real = ((struct citizen*)context)->real;
  real->set_timer(real->context, tag, ns);
}
static void log_line(void* context, const char* text) {
  const struct lparsim_vsp_platform* real = ((struct citizen*)context)->real;
  real->log(real->context, text);
}

static void* create(const struct lparsim_vsp_platform* platform, const char* configuration) {
  struct citizen* citizen = calloc(1, sizeof *citizen);
  if (citizen == NULL) return NULL;
  if (configuration[0] == '\0') configuration = kSins[0];
  for (size_t i = 0; i < sizeof kSins / sizeof kSins[0]; ++i) {
    if (strcmp(configuration, kSins[i]) == 0) citizen->sin = kSins[i];
  }
  if (citizen->sin == NULL) {
    platform->log(platform->context, "it can be length, short, padding, type, role or version");
    free(citizen);
    return NULL;
  }
  citizen->real = platform;
  citizen->in_between.size = sizeof citizen->in_between;
  citizen->in_between.context = citizen;
  citizen->in_between.send = spoil;
  citizen->in_between.set_timer = set_timer;
  citizen->in_between.log = log_line;
  citizen->channel.platform = &citizen->in_between;
  citizen->channel.name = "bad messages";
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

static void message(void* self, const void* bytes, uint32_t length) {
  struct citizen* citizen = self;
  struct channel* c = &citizen->channel;
  const struct lparsim_vsp_call* call = bytes;
  const int was_ready = c->ready;
  if (!channel_message(c, bytes, length)) {
    if (call->header.type == LPARSIM_VSP_CALL) channel_reply(c, call->call, LPARSIM_VSP_PASS, 0, NULL);
  } else if (c->ready && !was_ready && strcmp(citizen->sin, "role") == 0) {
    struct lparsim_vsp_register wish;
    memset(&wish, 0, sizeof wish);
    wish.registration = 1;
    wish.hook = LPARSIM_VSP_HOOK_SEA_FORWARD;
    wish.role = NO_SUCH_ROLE;
    wish.function_last = LPARSIM_VSP_ANY_FUNCTION_LAST;
    channel_send(c, &wish, LPARSIM_VSP_REGISTER, sizeof wish);
  }
}

static void timer(void* self, uint64_t tag) {
  channel_timer(&((struct citizen*)self)->channel, tag);
}

static const struct lparsim_vsp_behaviour kBehaviour = {
    sizeof kBehaviour, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, "bad_messages", create, destroy, started, message, timer,
};

const struct lparsim_vsp_behaviour* lparsim_vsp_entry(void) {
  return &kBehaviour;
}
