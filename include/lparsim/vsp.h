/* The interface of Virtual Service Partitions, version 1.0: docs/vsp/interface.md.
 *
 * Plain C, no dependencies. All numbers little-endian, all structures naturally aligned without hidden padding; `reserved` fields are zero
 * and are checked. Times are nanoseconds of simulated time. A structure may grow at its end in a later minor version: who reads one longer
 * than it knows ignores the rest, who reads one shorter refuses it, unless the field's note says otherwise. */
#ifndef LPARSIM_VSP_H
#define LPARSIM_VSP_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LPARSIM_VSP_MAJOR 1
#define LPARSIM_VSP_MINOR 0

/* ---- Messages -------------------------------------------------------------------------------------------------------------------- */

#define LPARSIM_VSP_MESSAGE_MAX 512 /* bytes; HELLO may agree on less, never on more */

enum lparsim_vsp_type {
  /* either way: the channel comes up, as that of a command/response queue */
  LPARSIM_VSP_INIT = 1,
  LPARSIM_VSP_INIT_COMPLETE = 2,
  /* from the partition */
  LPARSIM_VSP_HELLO = 16,
  LPARSIM_VSP_FEATURES = 17, /* the features that it read from WELCOME and will use */
  LPARSIM_VSP_REGISTER = 18,
  LPARSIM_VSP_UNREGISTER = 19,
  LPARSIM_VSP_READY = 20,
  LPARSIM_VSP_REPLY = 21,
  LPARSIM_VSP_ISSUE = 22,   /* asks for the native function on behalf of a client */
  LPARSIM_VSP_QUIESCED = 23, /* answers NOTICE: nothing of it is under way any more */
  LPARSIM_VSP_RESET = 24,   /* back to before HELLO; all registrations are gone */
  /* to the partition */
  LPARSIM_VSP_WELCOME = 48,
  LPARSIM_VSP_FEATURES_OK = 49,
  LPARSIM_VSP_REGISTERED = 50, /* answers REGISTER and UNREGISTER */
  LPARSIM_VSP_CALL = 51,
  LPARSIM_VSP_CANCEL = 52,  /* nobody waits for the call's reply any more */
  LPARSIM_VSP_OUTCOME = 53, /* what became of a call that a filter had let pass */
  LPARSIM_VSP_ISSUED = 54,  /* the native function of an ISSUE or of a REPLY with verdict NATIVE has ended */
  LPARSIM_VSP_NOTICE = 55,
  LPARSIM_VSP_ERROR = 56    /* a message was refused; the channel stays open unless `closed` is set */
};

enum lparsim_vsp_role { LPARSIM_VSP_OBSERVER = 1, LPARSIM_VSP_FILTER = 2, LPARSIM_VSP_PROVIDER = 3 };

/* What may be hooked: docs/vsp/interface.md has the catalogue with arguments. */
enum lparsim_vsp_hook {
  LPARSIM_VSP_HOOK_HYPERVISOR_CALL = 1, /* function: the token */
  LPARSIM_VSP_HOOK_DISPATCH = 2,        /* function: 1 dispatched, 2 preempted, 3 ceded, 4 conferred */
  LPARSIM_VSP_HOOK_ACCOUNTING = 3,      /* function: 1, a partition's sums at the end of a sampling interval */
  LPARSIM_VSP_HOOK_SWITCH_FRAME = 4,    /* function: VLAN */
  LPARSIM_VSP_HOOK_CRQ_SEND = 5,        /* function: first byte of the element */
  LPARSIM_VSP_HOOK_SEA_FORWARD = 6,     /* function: VLAN */
  LPARSIM_VSP_HOOK_VSCSI_COMMAND = 7,   /* function: SCSI operation code */
  LPARSIM_VSP_HOOK_OS_SERVICE = 8,      /* function: service type << 8 | operation */
  LPARSIM_VSP_HOOK_APPLICATION_EVENT = 9 /* function: the event's number */
};
#define LPARSIM_VSP_ANY_FUNCTION_LAST UINT32_MAX

/* Of a reply. */
enum lparsim_vsp_verdict {
  LPARSIM_VSP_PASS = 1,     /* filter: to the next one, with the arguments as they are */
  LPARSIM_VSP_MODIFY = 2,   /* filter: to the next one, with these arguments */
  LPARSIM_VSP_DENY = 3,     /* filter, provider: the caller gets `status` as an error */
  LPARSIM_VSP_COMPLETE = 4, /* filter, provider: done; the caller gets `status` and the results */
  LPARSIM_VSP_NATIVE = 5,   /* provider: the native function is to do it; ISSUED tells how it ended if that was asked for in flags */
  LPARSIM_VSP_DEFER = 6     /* filter, provider: answered later; the deadline counts no more, the wall limit does */
};

/* Beyond these, `status` of a reply is the hooked function's own. */
enum lparsim_vsp_status {
  LPARSIM_VSP_OK = 0,
  LPARSIM_VSP_NOT_PERMITTED = -1,  /* the management console does not allow it */
  LPARSIM_VSP_UNSUPPORTED = -2,    /* there is no such thing in this version */
  LPARSIM_VSP_IO_ERROR = -5,
  LPARSIM_VSP_NO_MEMORY = -12,     /* a cap on grants or messages */
  LPARSIM_VSP_FAULT = -14,         /* memory that is not granted, or not any more */
  LPARSIM_VSP_HOOK_BUSY = -16,     /* the hook has a provider */
  LPARSIM_VSP_INVALID = -22,       /* a field's value; `field` names it by its offset */
  LPARSIM_VSP_PROTOCOL = -71,      /* not in this state */
  LPARSIM_VSP_NO_CREDIT = -105,
  LPARSIM_VSP_TIMED_OUT = -110,
  LPARSIM_VSP_STALE = -116,        /* an epoch, call or grant that is over */
  LPARSIM_VSP_ABORTED = -125
};

enum lparsim_vsp_feature {
  LPARSIM_VSP_F_DEFER = 1 << 0,        /* may answer DEFER */
  LPARSIM_VSP_F_OUTCOME = 1 << 1,      /* wants OUTCOME */
  LPARSIM_VSP_F_ISSUE = 1 << 2,        /* may send ISSUE, and wants ISSUED after NATIVE */
  LPARSIM_VSP_F_REISSUE = 1 << 3,      /* can take calls again after a restart, marked as such */
  LPARSIM_VSP_F_CALLERS_TIME = 1 << 4, /* may be run on the caller's processor time */
  LPARSIM_VSP_F_NOTICE = 1 << 5        /* wants notice before suspension */
};

/* All messages begin with it. */
struct lparsim_vsp_header {
  uint16_t type;
  uint16_t length; /* of the whole message, in bytes */
  uint32_t epoch;  /* 0 until WELCOME, which says it; then in every message */
};

struct lparsim_vsp_init { /* INIT, INIT_COMPLETE, RESET, READY, QUIESCED: nothing else */
  struct lparsim_vsp_header header;
};

struct lparsim_vsp_hello {
  struct lparsim_vsp_header header;
  uint16_t major;
  uint16_t minor;
  uint32_t message_max;   /* bytes that it can take */
  uint64_t features;      /* offered */
  uint32_t credits;       /* calls that it can hold unanswered, 1 or more */
  uint32_t reserved;
  char name[32];          /* for people; ends with a zero byte */
};

struct lparsim_vsp_welcome {
  struct lparsim_vsp_header header;
  uint16_t major;
  uint16_t minor;         /* the lesser of both sides' */
  uint32_t message_max;
  uint64_t features;      /* a subset of those offered */
  uint32_t credits;       /* calls under way at most; never fewer while the epoch lasts */
  uint32_t status;        /* 0; or why not, as a positive number of lparsim_vsp_status: then the channel closes */
};

struct lparsim_vsp_features { /* FEATURES, FEATURES_OK */
  struct lparsim_vsp_header header;
  uint64_t features;      /* FEATURES: what it will use, a subset of WELCOME's. FEATURES_OK: the same, or 0 bits that were refused */
  int32_t status;
  uint32_t reserved;
};

struct lparsim_vsp_register { /* REGISTER, UNREGISTER */
  struct lparsim_vsp_header header;
  uint32_t registration;  /* its own number for it, in every CALL */
  uint16_t hook;
  uint16_t role;
  uint32_t function_first;
  uint32_t function_last;
};

struct lparsim_vsp_registered {
  struct lparsim_vsp_header header;
  uint32_t registration;
  int32_t status;
  uint64_t deadline;      /* ns in which it must answer while it has processor time; 0: observer */
  uint64_t wall_limit;    /* ns whatever it has */
  uint32_t on_callers_time; /* 1: it runs on the caller's processor time */
  uint32_t reserved;
};

/* Memory that a call lets the partition reach until its reply, by lparsim_vsp_platform::read and write. */
struct lparsim_vsp_grant {
  uint64_t id;            /* 0: none */
  uint32_t length;
  uint32_t access;        /* 1 read, 2 write, 3 both */
};

struct lparsim_vsp_call { /* CALL; also CALL to an observer, which does not reply */
  struct lparsim_vsp_header header;
  uint64_t call;          /* never used again within an epoch */
  uint32_t registration;
  uint16_t hook;
  uint16_t role;
  uint32_t function;
  uint32_t client;        /* the partition that called, by its number on the server, from 0 */
  uint32_t processor;     /* its virtual processor, or UINT32_MAX */
  uint32_t flags;         /* LPARSIM_VSP_CALL_... */
  uint64_t begun;         /* ns */
  uint64_t deadline;      /* ns from now, of time in which it had a processor */
  uint64_t arguments[8];
  struct lparsim_vsp_grant grants[2];
};
#define LPARSIM_VSP_CALL_REISSUED 1u       /* was sent before, to this partition before it failed */
#define LPARSIM_VSP_CALL_NOT_IDEMPOTENT 2u /* doing it twice is not doing it once */
#define LPARSIM_VSP_CALL_LOST_BEFORE 4u    /* observer: copies were dropped since the last one; arguments[7] says how many */

struct lparsim_vsp_reply {
  struct lparsim_vsp_header header;
  uint64_t call;
  uint32_t verdict;
  int32_t status;
  uint32_t flags;         /* 1: ISSUED wanted after NATIVE */
  uint32_t reserved;
  uint64_t values[8];     /* MODIFY: arguments; COMPLETE: results */
};

struct lparsim_vsp_issue {
  struct lparsim_vsp_header header;
  uint64_t issue;         /* its own number, not that of a call */
  uint32_t registration;  /* a provider's: hook and clients are those */
  uint32_t function;
  uint32_t client;
  uint32_t reserved;
  uint64_t arguments[8];
};

struct lparsim_vsp_outcome { /* CANCEL, OUTCOME, ISSUED */
  struct lparsim_vsp_header header;
  uint64_t call;          /* of the call or the issue */
  int32_t status;
  uint32_t reserved;
  uint64_t results[8];
};

enum lparsim_vsp_reason { LPARSIM_VSP_SUSPEND = 1, LPARSIM_VSP_RESUME = 2, LPARSIM_VSP_SHUTDOWN = 3, LPARSIM_VSP_EJECTED = 4 };
struct lparsim_vsp_notice {
  struct lparsim_vsp_header header;
  uint32_t reason;
  uint32_t reserved;
  uint64_t time;          /* ns until it happens whatever the partition says */
};

struct lparsim_vsp_error {
  struct lparsim_vsp_header header;
  int32_t status;
  uint16_t type;          /* of the message that was refused */
  uint16_t field;         /* offset of the field that is wrong, or 0 */
  uint64_t id;            /* its call, issue or registration, or 0 */
  uint32_t closed;        /* 1: the channel closes; INIT begins again */
  uint32_t reserved;
};

/* ---- Behaviour: what a shared object exports ---------------------------------------------------------------------------------------- */

/* What the behaviour may call, only from within its functions. None of them blocks. What it does takes place in the order in which it asked
 * for it, the time that it computes in between. */
struct lparsim_vsp_platform {
  uint32_t size; /* of this structure; later versions append */
  void* context; /* first argument of all of them */
  /* Sends a message. 0; LPARSIM_VSP_INVALID where its length is not within 8 and LPARSIM_VSP_MESSAGE_MAX. What the platform thinks of its
   * contents comes as a message. */
  int32_t (*send)(void* context, const void* message, uint32_t length);
  /* Takes ns of processor time, alone on a core at nominal frequency: the behaviour's only cost. */
  void (*compute)(void* context, uint64_t ns);
  /* Copies to or from granted memory: LPARSIM_VSP_OK, _FAULT (no such grant, direction or range; nothing is copied), _STALE. */
  int32_t (*read)(void* context, uint64_t grant, uint32_t offset, void* to, uint32_t length);
  int32_t (*write)(void* context, uint64_t grant, uint32_t offset, const void* from, uint32_t length);
  uint64_t (*now)(void* context); /* ns since the beginning of the simulation */
  void (*set_timer)(void* context, uint64_t tag, uint64_t ns); /* calls `timer` after so long, once */
  uint64_t (*random)(void* context); /* of a stream of its own: the same in every run with the same seed */
  void (*log)(void* context, const char* text); /* a line in the run file's log */
};

struct lparsim_vsp_behaviour {
  uint32_t size; /* of this structure */
  uint16_t major, minor; /* LPARSIM_VSP_MAJOR and _MINOR with which it was compiled */
  const char* name;
  /* `configuration`: text from the scenario, may be empty. NULL: it is no good; what is wrong has been logged. */
  void* (*create)(const struct lparsim_vsp_platform* platform, const char* configuration);
  void (*destroy)(void* self);
  void (*started)(void* self); /* the partition runs (again) and the channel is closed: nothing of before is under way */
  void (*message)(void* self, const void* message, uint32_t length);
  void (*timer)(void* self, uint64_t tag);
};

/* The one symbol. */
const struct lparsim_vsp_behaviour* lparsim_vsp_entry(void);

#ifdef __cplusplus
}
#endif
#endif
