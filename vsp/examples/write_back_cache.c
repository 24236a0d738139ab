/* Write-back cache: a provider of virtual SCSI commands. A write is done once its data is in the cache; it reaches the disk later, by
 * ISSUE, which asks the VIOS to do a client's command as if there were no cache. Reads of what is here are done at once, all else by the
 * VIOS.
 *
 * The cache is in pages of 4 KiB, each with one place where it can be, at most half of them dirty. What keeps the data right: a page that
 * is dirty or on its way to the disk is never thrown out. A command that touches such a page and cannot be served here waits (DEFER) until
 * it is on the disk. A write that the VIOS does throws out what it overwrites. Before the partition is suspended all is written; what is
 * dirty when the channel closes is lost, as with any such cache that loses its power: give its hook `when_absent: freeze` or `closed`,
 * never `open`, which would leave clients a disk older than what they were told.
 *
 * Configuration: `KIB kib` or `KIB kib, hit NS ns` (size, 8192 if empty; processor time for each page copied, 1000). ISSUE carries no data
 * in version 1.0 of the interface: the simulated disks keep none. */
#include <stdio.h>
#include <stdlib.h>

#include "channel.h"

#define PAGE 4096u
#define BLOCKS (PAGE / 512u)
#define WAITING 64 /* our credits */
#define AT_ONCE 16 /* ISSUEs under way, if there are credits */
#define FLUSH 1    /* our timer */
#define FLUSH_EVERY UINT64_C(10000000)
#define COST_OF_LOOK_UP 300 /* assumed, as the cost of a page */
#define READ_10 0x28u
#define WRITE_10 0x2Au
#define SYNCHRONIZE_CACHE_10 0x35u
#define TO_DISK 2 /* the direction of a command */

struct page {
  enum { EMPTY, CLEAN, DIRTY, FLUSHING, DIRTY_AGAIN } state; /* the last: written to while it is flushed */
  uint32_t client;
  uint64_t number;       /* of the page, on its LUN */
  uint64_t arguments[8]; /* of the command that wrote it: which LUN and adapter */
  uint8_t data[PAGE];
};

struct cache {
  struct channel channel;
  uint64_t cost_of_page;
  uint32_t count, under_way, dirty, hand;
  int quiescing, timer_set;
  struct page* pages;
  uint32_t waiting_count;
  struct lparsim_vsp_call waiting[WAITING];
};

static const struct channel_hook kHooks[] = {{LPARSIM_VSP_HOOK_VSCSI_COMMAND, LPARSIM_VSP_PROVIDER, READ_10, SYNCHRONIZE_CACHE_10}};

static void* create(const struct lparsim_vsp_platform* platform, const char* configuration) {
  unsigned long kib = 8192, hit = 1000;
  int used = 0; /* of the text */
  sscanf(configuration, " %lu kib%n, hit %lu ns%n", &kib, &used, &hit, &used);
  struct cache* cache = calloc(1, sizeof *cache);
  if (configuration[used] != '\0' || kib < 8 || kib > 1024 * 1024 || cache == NULL ||
      (cache->pages = calloc(kib / 4, sizeof *cache->pages)) == NULL) {
    platform->log(platform->context, "the configuration is `KIB kib` or `KIB kib, hit NS ns`, 8 KiB to 1 GiB");
    free(cache);
    return NULL;
  }
  cache->count = (uint32_t)(kib / 4);
  cache->cost_of_page = hit;
  cache->channel.platform = platform;
  cache->channel.name = "write-back cache";
  cache->channel.hooks = kHooks;
  cache->channel.hook_count = 1;
  cache->channel.credits = WAITING;
  cache->channel.wanted = LPARSIM_VSP_F_DEFER | LPARSIM_VSP_F_ISSUE | LPARSIM_VSP_F_NOTICE;
  return cache;
}

static void destroy(void* self) {
  free(((struct cache*)self)->pages);
  free(self);
}

static void started(void* self) {
  channel_start(&((struct cache*)self)->channel);
}

/* Where a page of a LUN of a client is, if it is anywhere. */
static struct page* place(struct cache* cache, const struct lparsim_vsp_call* command, uint64_t number) {
  return &cache->pages[(number + command->arguments[0] * 7919 + command->client * 104729) % cache->count];
}

static int is(const struct page* page, const struct lparsim_vsp_call* command, uint64_t number) {
  return page->state != EMPTY && page->client == command->client && page->arguments[0] == command->arguments[0] &&
         page->arguments[4] == command->arguments[4] && page->number == number;
}

/* Sends dirty pages on their way, as many as may be. */
static void flush(struct cache* cache) {
  for (uint32_t i = 0; i < cache->count && cache->dirty > 0 && cache->under_way < AT_ONCE && cache->under_way < cache->channel.granted;
       ++i) {
    const uint32_t slot = cache->hand++ % cache->count;
    struct page* page = &cache->pages[slot];
    struct lparsim_vsp_issue issue;
    if (page->state != DIRTY) continue;
    memset(&issue, 0, sizeof issue);
    issue.issue = slot; /* ours to choose; no two under way are the same */
    issue.function = WRITE_10;
    issue.client = page->client;
    memcpy(issue.arguments, page->arguments, sizeof issue.arguments);
    issue.arguments[1] = page->number * BLOCKS;
    issue.arguments[2] = BLOCKS;
    issue.arguments[6] = PAGE;
    page->state = FLUSHING;
    --cache->dirty;
    ++cache->under_way;
    channel_send(&cache->channel, &issue, LPARSIM_VSP_ISSUE, sizeof issue);
  }
}

/* Copies the pages of a command in or out. */
static int copy(struct cache* cache, const struct lparsim_vsp_call* command, uint64_t first, uint64_t end) {
  const struct lparsim_vsp_platform* platform = cache->channel.platform;
  const uint64_t grant = command->grants[0].id;
  for (uint64_t number = first; number < end; ++number) {
    struct page* page = place(cache, command, number);
    const uint32_t offset = (uint32_t)(number - first) * PAGE;
    const int write = command->arguments[7] == TO_DISK;
    platform->compute(platform->context, cache->cost_of_page);
    if (!write && platform->write(platform->context, grant, offset, page->data, PAGE) != LPARSIM_VSP_OK) return 0;
    if (!write) continue;
    if (platform->read(platform->context, grant, offset, page->data, PAGE) != LPARSIM_VSP_OK) return 0;
    if (page->state <= CLEAN) ++cache->dirty;
    page->state = page->state < FLUSHING ? DIRTY : DIRTY_AGAIN;
    page->client = command->client;
    page->number = number;
    memcpy(page->arguments, command->arguments, sizeof page->arguments);
  }
  return 1;
}

/* 1: answered. 0: it must wait. */
static int serve(struct cache* cache, const struct lparsim_vsp_call* command) {
  const int write = command->arguments[7] == TO_DISK, known = command->function == READ_10 || command->function == WRITE_10;
  const uint64_t first = command->arguments[1] / BLOCKS, end = (command->arguments[1] + command->arguments[2] + BLOCKS - 1) / BLOCKS;
  const uint32_t unsafe = cache->dirty + cache->under_way;
  const uint64_t room = !write ? cache->count : cache->quiescing ? 0 : cache->count / 2 - unsafe;
  int here = known && (command->arguments[1] | command->arguments[2]) % BLOCKS == 0 && end - first <= room;
  int busy = !known && unsafe > 0; /* SYNCHRONIZE CACHE above all */
  uint64_t results[8] = {0};
  for (uint64_t number = first; number < end; ++number) {
    const struct page* page = place(cache, command, number);
    const int same = is(page, command, number);
    if (same && page->state > CLEAN) busy = 1;
    if (write ? !same && page->state > CLEAN : !same) here = 0;
  }
  cache->channel.platform->compute(cache->channel.platform->context, COST_OF_LOOK_UP);
  if (!here && busy) return 0;
  results[0] = command->arguments[6];
  if (!here) {
    for (uint64_t number = first; write && number < end; ++number) {
      if (is(place(cache, command, number), command, number)) place(cache, command, number)->state = EMPTY;
    }
    channel_reply(&cache->channel, command->call, LPARSIM_VSP_NATIVE, 0, NULL);
  } else if (copy(cache, command, first, end)) {
    channel_reply(&cache->channel, command->call, LPARSIM_VSP_COMPLETE, 0, results);
  } else { /* the grant is over, or was too short */
    channel_reply(&cache->channel, command->call, LPARSIM_VSP_DENY, LPARSIM_VSP_IO_ERROR, NULL);
  }
  return 1;
}

static void go_on(struct cache* cache) {
  const struct lparsim_vsp_platform* platform = cache->channel.platform;
  if (cache->quiescing || cache->waiting_count > 0) flush(cache);
  if (cache->quiescing && cache->dirty + cache->under_way + cache->waiting_count == 0) {
    cache->quiescing = 0;
    channel_say(&cache->channel, LPARSIM_VSP_QUIESCED);
  }
  if (cache->dirty > 0 && !cache->timer_set) {
    cache->timer_set = 1;
    platform->set_timer(platform->context, FLUSH, FLUSH_EVERY);
  }
}

/* Something has reached the disk, or could not. */
static void issued(struct cache* cache, const struct lparsim_vsp_outcome* outcome) {
  struct page* page = &cache->pages[outcome->call % cache->count];
  uint32_t left = 0;
  if (page->state != FLUSHING && page->state != DIRTY_AGAIN) return;
  --cache->under_way;
  if (page->state == DIRTY_AGAIN || outcome->status != 0) ++cache->dirty;
  page->state = page->state == DIRTY_AGAIN || outcome->status != 0 ? DIRTY : CLEAN;
  for (uint32_t i = 0; i < cache->waiting_count; ++i) { /* who has waited may be lucky now */
    const struct lparsim_vsp_call command = cache->waiting[i];
    if (!serve(cache, &command)) cache->waiting[left++] = command;
  }
  cache->waiting_count = left;
}

static void message(void* self, const void* bytes, uint32_t length) {
  struct cache* cache = self;
  const struct lparsim_vsp_platform* platform = cache->channel.platform;
  const struct lparsim_vsp_call* command = bytes;
  const uint32_t reason = ((const struct lparsim_vsp_notice*)bytes)->reason; /* of a NOTICE */
  if (channel_message(&cache->channel, bytes, length)) return;
  if (!cache->channel.open) { /* ERROR or NOTICE has said that it has been closed */
    if (cache->dirty + cache->under_way > 0)
      platform->log(platform->context, "the channel has closed: what had not reached the disk is lost");
    for (uint32_t i = 0; i < cache->count; ++i) cache->pages[i].state = EMPTY;
    cache->dirty = cache->under_way = cache->waiting_count = 0, cache->quiescing = 0;
  }
  switch (command->header.type) {
    case LPARSIM_VSP_CALL:
      if (serve(cache, command)) break;
      cache->waiting[cache->waiting_count++] = *command;
      channel_reply(&cache->channel, command->call, LPARSIM_VSP_DEFER, 0, NULL);
      break;
    case LPARSIM_VSP_CANCEL:
      for (uint32_t i = 0; i < cache->waiting_count; ++i) {
        if (cache->waiting[i].call == command->call) cache->waiting[i--] = cache->waiting[--cache->waiting_count];
      }
      break;
    case LPARSIM_VSP_ISSUED:
      issued(cache, bytes);
      break;
    case LPARSIM_VSP_NOTICE:
      cache->quiescing = reason == LPARSIM_VSP_SUSPEND || reason == LPARSIM_VSP_SHUTDOWN;
      break;
    default:
      break;
  }
  go_on(cache);
}

static void timer(void* self, uint64_t tag) {
  struct cache* cache = self;
  if (channel_timer(&cache->channel, tag)) return;
  cache->timer_set = 0;
  flush(cache);
  go_on(cache);
}

static const struct lparsim_vsp_behaviour kBehaviour = {
    sizeof kBehaviour, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, "write_back_cache", create, destroy, started, message, timer,
};

const struct lparsim_vsp_behaviour* lparsim_vsp_entry(void) {
  return &kBehaviour;
}
