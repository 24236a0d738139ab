/* File service: a provider of the operating system service "file system". What a kernel's proxy would do by the kernel policy, we do for
 * it.
 *
 * A flat store with write-back: reads and writes cost a call and a copy, and writes of a file are remembered until sync, which pays for
 * them. A file that has never been written to is not ours: NATIVE, the kernel's own file system does it.
 *
 * Configuration: `call NS, page NS, sync NS` (processor time for each call, each 4 KiB copied, each 4 KiB brought to safety by sync; 2000,
 * 500 and 4000 if empty). In a scenario:
 *
 *   vsp:
 *     plugin: file_service
 *     hooks: [{hook: os.service, role: provider, functions: [0x200, 0x2ff], when_absent: open}]
 */
#include <stdio.h>
#include <stdlib.h>

#include "channel.h"

#define PAGE 4096
#define FILES 256
/* function of a call: service type << 8 | operation */
#define FILE_SYSTEM 2u
enum operation { READ = 1, WRITE = 2, SYNC = 3, CREATE = 4 };

struct file {
  int used;
  uint32_t client;
  uint64_t number;
  uint64_t size;
  uint64_t unsafe; /* bytes written since the last sync */
};

struct service {
  struct channel channel;
  unsigned long call, page, sync;
  struct file files[FILES];
};

static const struct channel_hook kHooks[] = {
    {LPARSIM_VSP_HOOK_OS_SERVICE, LPARSIM_VSP_PROVIDER, FILE_SYSTEM << 8, FILE_SYSTEM << 8 | 0xFF},
};

static void* create(const struct lparsim_vsp_platform* platform, const char* configuration) {
  struct service* service = calloc(1, sizeof *service);
  int used = 0;
  if (service == NULL) return NULL;
  service->call = 2000;
  service->page = 500;
  service->sync = 4000;
  sscanf(configuration, " call %lu, page %lu, sync %lu %n", &service->call, &service->page, &service->sync, &used);
  if (configuration[used] != '\0') {
    platform->log(platform->context, "the configuration is `call NS, page NS, sync NS`, or nothing");
    free(service);
    return NULL;
  }
  service->channel.platform = platform;
  service->channel.name = "file service";
  service->channel.hooks = kHooks;
  service->channel.hook_count = 1;
  service->channel.credits = 32;
  service->channel.wanted = LPARSIM_VSP_F_CALLERS_TIME;
  return service;
}

static void destroy(void* self) {
  free(self);
}

static void started(void* self) {
  channel_start(&((struct service*)self)->channel);
}

/* The file, or a free place for it if it may be made; NULL: neither. */
static struct file* find(struct service* service, uint32_t client, uint64_t number, int make) {
  struct file* room = NULL;
  for (uint32_t i = 0; i < FILES; ++i) {
    struct file* file = &service->files[i];
    if (file->used && file->client == client && file->number == number) return file;
    if (!file->used && room == NULL) room = file;
  }
  if (!make || room == NULL) return NULL;
  memset(room, 0, sizeof *room);
  room->used = 1;
  room->client = client;
  room->number = number;
  return room;
}

static uint64_t pages(uint64_t bytes) {
  return bytes / PAGE + (bytes % PAGE != 0);
}

/* 1 and *result: done. 0: not ours. */
static int serve(struct service* service, const struct lparsim_vsp_call* call, uint64_t* result) {
  const struct lparsim_vsp_platform* platform = service->channel.platform;
  const uint32_t operation = call->function & 0xFF;
  const uint64_t offset = call->arguments[1], length = call->arguments[2];
  struct file* file = find(service, call->client, call->arguments[0], operation == WRITE || operation == CREATE);
  platform->compute(platform->context, service->call);
  *result = 0;
  switch (operation) {
    case CREATE:
      if (file == NULL) return 0;
      file->size = file->unsafe = 0;
      return 1;
    case WRITE:
      if (file == NULL) return 0;
      platform->compute(platform->context, pages(length) * service->page);
      if (offset + length > file->size) file->size = offset + length;
      file->unsafe += length;
      *result = length;
      return 1;
    case READ:
      if (file == NULL) return 0;
      /* A short read at the end, as read(2) has it. */
      *result = offset >= file->size ? 0 : file->size - offset < length ? file->size - offset : length;
      platform->compute(platform->context, pages(*result) * service->page);
      return 1;
    case SYNC: {
      /* Of all files of the client; also the kernel's own may have something to bring to safety, which is why it is NATIVE afterwards. */
      uint64_t bytes = 0;
      for (uint32_t i = 0; i < FILES; ++i) {
        if (!service->files[i].used || service->files[i].client != call->client) continue;
        bytes += service->files[i].unsafe;
        service->files[i].unsafe = 0;
      }
      platform->compute(platform->context, pages(bytes) * service->sync);
      return 0;
    }
    default:
      return 0;
  }
}

static void message(void* self, const void* bytes, uint32_t length) {
  struct service* service = self;
  const struct lparsim_vsp_call* call = bytes;
  uint64_t results[8] = {0};
  if (channel_message(&service->channel, bytes, length)) return;
  if (call->header.type != LPARSIM_VSP_CALL || length < sizeof *call) return;
  if (serve(service, call, &results[0])) {
    channel_reply(&service->channel, call->call, LPARSIM_VSP_COMPLETE, LPARSIM_VSP_OK, results);
  } else {
    channel_reply(&service->channel, call->call, LPARSIM_VSP_NATIVE, LPARSIM_VSP_OK, NULL);
  }
}

static void timer(void* self, uint64_t tag) {
  struct service* service = self;
  channel_timer(&service->channel, tag);
}

static const struct lparsim_vsp_behaviour kBehaviour = {
    sizeof kBehaviour, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, "file_service", create, destroy, started, message, timer,
};

const struct lparsim_vsp_behaviour* lparsim_vsp_entry(void) {
  return &kBehaviour;
}
