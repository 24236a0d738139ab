/* Accounting agent: an observer. Counts hypervisor calls and dispatches of all partitions and logs their sums now and then.
 *
 * An observer gets a copy of what happens and holds nobody up: it does not answer. When it is slow, copies are dropped, and the next one
 * says how many; whoever bills by them wants to know.
 *
 * Configuration: `every MS` (milliseconds between summaries, 100 if empty). In a scenario:
 *
 *   vsp:
 *     plugin: accounting_agent
 *     configuration: "every 50"
 *     hooks:
 *       - {hook: hypervisor.call, role: observer}
 *       - {hook: hypervisor.dispatch, role: observer}
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "channel.h"

#define CLIENTS 64
#define CEDE 0xE0u
#define SUMMARY 1 /* our timer */
/* Processor time for adding one event up: assumed. */
#define COST_OF_EVENT 200

struct sums {
  uint64_t calls;
  uint64_t cedes;
  uint64_t dispatches;
  uint64_t on_core; /* ns */
};

struct agent {
  struct channel channel;
  uint64_t interval; /* ns */
  uint64_t lost;
  struct sums clients[CLIENTS];
};

static const struct channel_hook kHooks[] = {
    {LPARSIM_VSP_HOOK_HYPERVISOR_CALL, LPARSIM_VSP_OBSERVER, 0, LPARSIM_VSP_ANY_FUNCTION_LAST},
    {LPARSIM_VSP_HOOK_DISPATCH, LPARSIM_VSP_OBSERVER, 0, LPARSIM_VSP_ANY_FUNCTION_LAST},
};

static void* create(const struct lparsim_vsp_platform* platform, const char* configuration) {
  unsigned long interval = 100;
  char rest = 0;
  if (configuration[0] != '\0' && (sscanf(configuration, " every %lu %c", &interval, &rest) != 1 || interval == 0)) {
    platform->log(platform->context, "the configuration is `every MS`, or nothing");
    return NULL;
  }
  struct agent* agent = calloc(1, sizeof *agent);
  if (agent == NULL) return NULL;
  agent->channel.platform = platform;
  agent->channel.name = "accounting agent";
  agent->channel.hooks = kHooks;
  agent->channel.hook_count = sizeof kHooks / sizeof kHooks[0];
  agent->channel.credits = 1; /* of calls to be answered: there are none, but 0 is not allowed */
  agent->interval = (uint64_t)interval * 1000000;
  return agent;
}

static void destroy(void* self) {
  free(self);
}

/* The partition runs. Functions of a behaviour take no time by themselves: what they cost is what they compute(). */
static void started(void* self) {
  struct agent* agent = self;
  const struct lparsim_vsp_platform* platform = agent->channel.platform;
  channel_start(&agent->channel);
  platform->set_timer(platform->context, SUMMARY, agent->interval);
}

static void count(struct agent* agent, const struct lparsim_vsp_call* call) {
  struct sums* sums = &agent->clients[call->client % CLIENTS];
  if ((call->flags & LPARSIM_VSP_CALL_LOST_BEFORE) != 0) agent->lost += call->arguments[7];
  if (call->hook == LPARSIM_VSP_HOOK_HYPERVISOR_CALL) {
    ++sums->calls;
    if (call->function == CEDE) ++sums->cedes;
  } else if (call->function == 1) {
    ++sums->dispatches;
  } else {
    sums->on_core += call->arguments[3]; /* it leaves its core: how long it was there */
  }
}

static void message(void* self, const void* bytes, uint32_t length) {
  struct agent* agent = self;
  const struct lparsim_vsp_platform* platform = agent->channel.platform;
  const struct lparsim_vsp_call* call = bytes;
  if (channel_message(&agent->channel, bytes, length)) return;
  if (call->header.type != LPARSIM_VSP_CALL || length < sizeof *call) return;
  platform->compute(platform->context, COST_OF_EVENT);
  count(agent, call);
}

static void timer(void* self, uint64_t tag) {
  struct agent* agent = self;
  const struct lparsim_vsp_platform* platform = agent->channel.platform;
  if (channel_timer(&agent->channel, tag)) return;
  for (uint32_t i = 0; i < CLIENTS; ++i) {
    const struct sums* sums = &agent->clients[i];
    char line[160];
    if (sums->calls == 0 && sums->dispatches == 0) continue;
    snprintf(line, sizeof line,
             "partition %" PRIu32 ": %" PRIu64 " calls, %" PRIu64 " of them H_CEDE; dispatched %" PRIu64 " times, for %" PRIu64 " us", i,
             sums->calls, sums->cedes, sums->dispatches, sums->on_core / 1000);
    platform->log(platform->context, line);
  }
  if (agent->lost > 0) {
    char line[80];
    snprintf(line, sizeof line, "%" PRIu64 " copies were lost", agent->lost);
    platform->log(platform->context, line);
  }
  platform->set_timer(platform->context, SUMMARY, agent->interval);
}

static const struct lparsim_vsp_behaviour kBehaviour = {
    sizeof kBehaviour, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, "accounting_agent", create, destroy, started, message, timer,
};

const struct lparsim_vsp_behaviour* lparsim_vsp_entry(void) {
  return &kBehaviour;
}
