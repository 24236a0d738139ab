#include "vsp/kit/check.hpp"

namespace lparsim::vsp::kit {

namespace {

constexpr std::string_view kAll = "all";
constexpr std::string_view kBlocking = "filter, provider";

constexpr CheckDescription kDescriptions[] = {
    {1, "VSP-01-init-race", "INIT from both sides at once; INIT on a channel that is up", "5.1, 5.2",
     "Which side registers its queue first is open, and an initialisation message out of order means that the other one has lost track",
     "LoPAR, appendix Virtual SCSI, Command/Response Queue initialisation", Side::both, kAll},
    {2, "VSP-02-before-ready", "Nothing is done before the handshake is through", "5.3, 7.1",
     "Servers that took requests before login had to be restarted with their clients", "LoPAR, appendix Virtual SCSI, SRP login",
     Side::both, kAll},
    {3, "VSP-03-second-provider", "A second provider for a hook is refused", "3.2",
     "Two listeners for one event ring would each get half of it", "Xen, xen/common/vm_event.c: EBUSY", Side::both, "provider"},
    {4, "VSP-04-own-calls", "A partition does not hook its own calls", "3.3, 4", "A monitor that watches itself waits for itself",
     "Xen, xen/common/vm_event.c: EINVAL for the own domain", Side::platform, kAll},
    {5, "VSP-05-features", "Only features that both have; kept over a crash; changed only by RESET", "5.4, 5.5",
     "After a reconnection the back-end enabled other bits than the driver had agreed to",
     "QEMU commit a463215b087c; virtio 1.x, FEATURES_OK", Side::both, kAll},
    {6, "VSP-06-structures", "Longer structures are taken, shorter ones and reserved bits are not", "2.2, 2.3, 6.3",
     "Padding that nobody checked could not be used later; tools broke with each longer event", "KVMI, Documentation/virt/kvm/kvmi.rst",
     Side::both, kAll},
    {7, "VSP-07-version-skew", "Another major version is refused, a later minor one is not", "2.1",
     "I/O filters of vSphere 6.x did not run on 7.0 and were found out when hosts were upgraded", "VMware vSphere 7.0 documentation, VAIO",
     Side::both, kAll},
    {8, "VSP-08-credits", "Never more calls than credits, and as many as were promised are held", "9.1, 7.5",
     "A client that sent more requests than its credits had its queue closed", "LoPAR, appendix Virtual SCSI, request limit", Side::both,
     kAll},
    {9, "VSP-09-completions", "Double, unknown, late and stale replies change nothing; each call is answered once", "7.1, 7.4, 7.6",
     "A completion that came twice completed somebody else's request", "QEMU, docs/interop/vhost-user.rst, in-flight I/O tracking",
     Side::both, kAll},
    {10, "VSP-10-doorbell", "One interrupt for a queue that was empty; a storm is ended, and the penalty ends", "6.1, 6.4, 12.2",
     "Interrupt storms made Hyper-V suspend a guest for seconds", "Linux, Documentation/virt/hyperv/vmbus.rst; LoPAR, CRQ interrupts",
     Side::both, kAll},
    {11, "VSP-11-double-fetch", "What was checked is what is used", "6.2, 8.5",
     "A mediator read a message's header twice, and the guest changed it in between", "Xen commit c447b7308b; Linux, vmbus.rst", Side::both,
     kBlocking},
    {12, "VSP-12-revoked-memory", "Memory that was taken back is out of reach; a refused copy copies nothing", "8.1, 8.2, 8.3",
     "A short read gave away what was in the buffer before", "Linux, Documentation/block/ublk.rst; LoPAR, H_COPY_RDMA", Side::both,
     kBlocking},
    {13, "VSP-13-touched-buffer", "A client that writes into a lent buffer hurts itself only, and is noticed", "8.5",
     "Clients unmapped or changed buffers before the reply", "LoPAR, appendix Virtual SCSI, data mappings", Side::both, kBlocking},
    {14, "VSP-14-crash-everywhere", "A crash in each state under each policy; what must not be done twice is not", "11.2, 11.4",
     "A write may be done twice when calls are issued again", "Linux, Documentation/block/ublk.rst, UBLK_F_USER_RECOVERY_REISSUE",
     Side::both, kAll},
    {15, "VSP-15-replay", "After a restart exactly the unanswered calls come again, in order", "11.2, 11.3",
     "A restart from the used index lost requests that were answered out of order", "cloud-hypervisor pull request 8592", Side::both,
     kBlocking},
    {16, "VSP-16-long-outage", "Who comes back after any time is taken again", "11.5, 12.2",
     "After 60 seconds the front-end gave up for ever", "cloud-hypervisor issue 8764", Side::both, kAll},
    {17, "VSP-17-crash-noticed", "A crash is noticed at once", "11.4", "A back-end that was gone was neither noticed nor reconnected",
     "cloud-hypervisor issue 8765", Side::both, kAll},
    {18, "VSP-18-hang-or-starvation", "Starved is told apart from hanging", "10.1, 10.3, 12.1",
     "The watchdog ejected schedulers that a higher class had kept from the processor", "sched-ext/scx issue 1202", Side::both, kBlocking},
    {19, "VSP-19-ejection-damped", "Ejection and return do not go round in a circle, nor end for ever", "12.1, 12.2",
     "A service was restarted and ejected again without end", "sched-ext/scx issue 3791", Side::both, kAll},
    {20, "VSP-20-observer-overflow", "A slow observer loses copies and holds nobody up", "9.3, 3.1",
     "A full event ring pauses the virtual processors of the guest", "Xen, xen/common/vm_event.c", Side::both, "observer"},
    {21, "VSP-21-absent-or-slow", "Absent and slow are two policies", "11.1",
     "A queue without a listener and one with a slow listener dropped packets by two switches, of which one came later",
     "Linux commits fdb694a01f1f, 94b27cc36123, 931401137f60 (NFQUEUE)", Side::both, kBlocking},
    {22, "VSP-22-deadlock", "Partitions that wait for each other are found", "10.4",
     "Client and server each waited for the other's reply on one socket", "QEMU, docs/interop/vfio-user.rst", Side::platform, kAll},
    {23, "VSP-23-filter-order", "Filters in their order; failures go to those before; defer, then complete", "3.1, 7.2, 7.3",
     "Only filters before the failing one may learn of a failure, and each class has its place", "VMware vSphere APIs for I/O Filtering",
     Side::both, "filter"},
    {24, "VSP-24-suspension", "Notice, a bounded wait, and nothing of before is completed", "15.1, 15.2, 15.4, 15.5",
     "After migration completions of before never come; who waits for them hangs", "LoPAR, CRQ event 0x06; KVMI, event UNHOOK", Side::both,
     kAll},
    {25, "VSP-25-late-provider", "A client that starts before its provider waits, and does not fail", "16.1",
     "Logins failed because the server's disks did not exist yet", "LoPAR, appendix Virtual SCSI", Side::both, kBlocking},
    {26, "VSP-26-dependency-circle", "A circle of dependencies is refused when it is configured", "14.3",
     "A driver domain that needs what it provides cannot be started again", "Qubes OS issues 3163, 3642", Side::platform, kAll},
    {27, "VSP-27-rescind", "Removed at any time, it leaves nothing behind", "16.2, 5.4, 8.2",
     "A channel may be rescinded at any time, and its memory must not be kept", "Linux, Documentation/virt/hyperv/vmbus.rst", Side::both,
     kAll},
    {28, "VSP-28-permissions", "Not permitted is not unsupported", "14.1, 14.2",
     "Tools could not tell a missing permission from a missing feature", "KVMI, Documentation/virt/kvm/kvmi.rst: EPERM and ENOENT",
     Side::both, kAll},
    {29, "VSP-29-grant-cap", "Memory beyond the cap waits, and does not hurt the host", "8.4",
     "The sum of shared buffers of a guest is limited, and was found out in production", "Linux, vmbus.rst: GPADL", Side::both, kBlocking},
    {30, "VSP-30-ejection-dump", "An ejection says who, what, for whom and when", "12.3",
     "Without a dump of the state a stall could not be explained", "Linux, Documentation/scheduler/sched-ext.rst", Side::platform, kAll},
};
static_assert(std::size(kDescriptions) == 30);

}  // namespace

std::span<const CheckDescription> descriptions() {
  return kDescriptions;
}

}  // namespace lparsim::vsp::kit
