/* Packet filter: a filter on the frames that a Shared Ethernet Adapter bridges. Each frame waits until we have answered: PASS or DENY.
 *
 * Configuration: rules with semicolons between them; the first that fits decides, and what fits none passes.
 *
 *   deny vlan 20; deny longer than 1400; pass ethertype 2048; deny
 *
 * In a scenario:
 *
 *   vsp:
 *     plugin: packet_filter
 *     configuration: "deny vlan 20; deny longer than 1400; pass"
 *     hooks: [{hook: sea.forward, role: filter, deadline: 1 ms}]
 */
#include <stdio.h>
#include <stdlib.h>

#include "channel.h"

#define RULES 32
/* Processor time: assumed. Each rule that is looked at costs. */
#define COST_OF_FRAME 400
#define COST_OF_RULE 50

enum what { ANYTHING, VLAN, LONGER, ETHERTYPE };

struct rule {
  int deny;
  enum what what;
  unsigned long value;
};

struct filter {
  struct channel channel;
  uint32_t rule_count;
  struct rule rules[RULES];
  uint64_t passed;
  uint64_t denied;
};

static const struct channel_hook kHooks[] = {
    {LPARSIM_VSP_HOOK_SEA_FORWARD, LPARSIM_VSP_FILTER, 0, LPARSIM_VSP_ANY_FUNCTION_LAST},
};

/* One rule, without its semicolon. 0: it makes no sense. */
static int parse_rule(const char* text, struct rule* rule) {
  char verb[8], rest[64], end;
  const int words = sscanf(text, " %7s %63[^\n]", verb, rest);
  if (words < 1) return 0;
  rule->deny = strcmp(verb, "deny") == 0;
  rule->what = ANYTHING;
  if (!rule->deny && strcmp(verb, "pass") != 0) return 0;
  if (words == 1) return 1;
  if (sscanf(rest, "vlan %lu %c", &rule->value, &end) == 1) {
    rule->what = VLAN;
  } else if (sscanf(rest, "longer than %lu %c", &rule->value, &end) == 1) {
    rule->what = LONGER;
  } else if (sscanf(rest, "ethertype %lu %c", &rule->value, &end) == 1) {
    rule->what = ETHERTYPE;
  } else {
    return 0;
  }
  return 1;
}

static int parse(struct filter* filter, const char* configuration) {
  while (*configuration != '\0') {
    char rule[80];
    const size_t length = strcspn(configuration, ";");
    const char* next = configuration + length + (configuration[length] == ';');
    if (length >= sizeof rule || filter->rule_count == RULES) return 0;
    memcpy(rule, configuration, length);
    rule[length] = '\0';
    configuration = next;
    if (strspn(rule, " ") == length) continue; /* after the last semicolon */
    if (!parse_rule(rule, &filter->rules[filter->rule_count++])) return 0;
  }
  return 1;
}

static void* create(const struct lparsim_vsp_platform* platform, const char* configuration) {
  struct filter* filter = calloc(1, sizeof *filter);
  if (filter == NULL) return NULL;
  filter->channel.platform = platform;
  filter->channel.name = "packet filter";
  filter->channel.hooks = kHooks;
  filter->channel.hook_count = 1;
  filter->channel.credits = 64; /* frames that may wait for us at once */
  filter->channel.wanted = LPARSIM_VSP_F_CALLERS_TIME | LPARSIM_VSP_F_REISSUE;
  if (!parse(filter, configuration)) {
    platform->log(platform->context, "a rule is `pass` or `deny`, then nothing, `vlan N`, `longer than BYTES` or `ethertype N`");
    free(filter);
    return NULL;
  }
  return filter;
}

static void destroy(void* self) {
  free(self);
}

static void started(void* self) {
  channel_start(&((struct filter*)self)->channel);
}

static int fits(const struct rule* rule, const struct lparsim_vsp_call* frame) {
  switch (rule->what) {
    case VLAN:
      return frame->function == rule->value;
    case LONGER:
      return frame->arguments[0] > rule->value;
    case ETHERTYPE:
      return frame->arguments[3] == rule->value;
    case ANYTHING:
      break;
  }
  return 1;
}

static void message(void* self, const void* bytes, uint32_t length) {
  struct filter* filter = self;
  const struct lparsim_vsp_platform* platform = filter->channel.platform;
  const struct lparsim_vsp_call* frame = bytes;
  uint32_t i = 0;
  int deny = 0;
  if (channel_message(&filter->channel, bytes, length)) return;
  if (frame->header.type != LPARSIM_VSP_CALL || length < sizeof *frame) return;
  while (i < filter->rule_count && !fits(&filter->rules[i], frame)) ++i;
  if (i < filter->rule_count) deny = filter->rules[i].deny;
  /* First the work, then the answer: the frame waits for both. */
  platform->compute(platform->context, COST_OF_FRAME + COST_OF_RULE * (i < filter->rule_count ? i + 1 : i));
  channel_reply(&filter->channel, frame->call, deny ? LPARSIM_VSP_DENY : LPARSIM_VSP_PASS,
                deny ? LPARSIM_VSP_NOT_PERMITTED : LPARSIM_VSP_OK, NULL);
  ++*(deny ? &filter->denied : &filter->passed);
}

static void timer(void* self, uint64_t tag) {
  struct filter* filter = self;
  channel_timer(&filter->channel, tag);
}

static const struct lparsim_vsp_behaviour kBehaviour = {
    sizeof kBehaviour, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, "packet_filter", create, destroy, started, message, timer,
};

const struct lparsim_vsp_behaviour* lparsim_vsp_entry(void) {
  return &kBehaviour;
}
