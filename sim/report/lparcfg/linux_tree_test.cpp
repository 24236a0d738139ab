#include "sim/report/lparcfg/linux_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "sim/report/lparcfg/sample_partition.hpp"

namespace lparsim::report {
namespace {

using namespace literals;
using testing::HasSubstr;
using testing::Not;

class LinuxTree : public testing::Test {
 protected:
  std::string content(const std::string& path) const {
    const auto found = std::ranges::find(files, path, &ReportFile::path);
    return found != files.end() ? found->content : "no such file";
  }
  SamplePartition sample;
  LinuxCounters now = sample.at(2_s);
  std::vector<ReportFile> files = linux_tree({sample.history, now});
};

TEST_F(LinuxTree, LparcfgHasOneKeyALineAfterItsVersion) {
  const std::string text = content("proc/powerpc/lparcfg");
  EXPECT_EQ(text.substr(0, text.find("BoundThrds")),
            "lparcfg 1.9\nserial_number=IBM,020000001\nsystem_type=IBM,9009-42A\npartition_id=2\npartition_name=web\n");
  for (const char* line : {"\nDesEntCap=80\n", "\npartition_entitled_capacity=80\n", "\nDisWheRotPer=10240000\n", "\nMinEntCapPerVP=5\n",
                           "\npool=1\n", "\npool_capacity=600\n", "\npool_idle_time=4710400000\n", "\ncapped=0\n", "\ncapacity_weight=64\n",
                           "\nmax_proc_capacity_available=200\n", "\nentitled_proc_capacity_available=115\n", "\ndispatches=81\n",
                           "\ndispatch_dispersions=4\n", "\npurr=307200000\n", "\ntbr=1024000000\n", "\npartition_active_processors=3\n",
                           "\nshared_processor_mode=1\n", "\nMaxMem=8589934592\n"})
    EXPECT_THAT(text, HasSubstr(line));
  EXPECT_EQ(text, content("proc/ppc64/lparcfg"));
}

TEST_F(LinuxTree, ADedicatedPartitionHasNoPool) {
  PartitionHistory dedicated;
  dedicated.facts.mode = "dedicated";
  dedicated.facts.entitlement = ProcessingUnits::cores(2);
  dedicated.facts.virtual_processors = dedicated.facts.cores = 2;
  const LinuxCounting counting{dedicated, {}, {}};
  const std::string text = lparcfg_text({dedicated, counting.now()});
  EXPECT_THAT(text, Not(HasSubstr("pool_idle_time")));
  EXPECT_THAT(text, HasSubstr("\nshared_processor_mode=0\n"));
  EXPECT_THAT(text, HasSubstr("\ncapped=1\n"));
  EXPECT_THAT(text, HasSubstr("\nCapInc=100\n"));
  EXPECT_THAT(text, HasSubstr("\nDesEntCap=200\n"));
}

TEST_F(LinuxTree, ThePurrOfTheProcessorsAddsUpToLparcfg) {
  std::int64_t sum = 0;
  for (const ReportFile& file : files)
    if (file.path.ends_with("/purr")) sum += std::stoll(file.content, nullptr, 16);
  EXPECT_EQ(sum, 307'200'000);
  EXPECT_EQ(content("sys/devices/system/cpu/cpu1/idle_purr"), "30d4000\n");
}

TEST_F(LinuxTree, ProcStatListsOnlineProcessors) {
  EXPECT_EQ(content("proc/stat"),
            "cpu  48 0 12 900 20 0 0 20 0 0\n"
            "cpu0 48 0 12 120 0 0 0 20 0 0\n"
            "cpu1 0 0 0 180 20 0 0 0 0 0\n"
            "cpu4 0 0 0 200 0 0 0 0 0 0\n"
            "cpu5 0 0 0 200 0 0 0 0 0 0\n"
            "cpu8 0 0 0 100 0 0 0 0 0 0\n"
            "cpu9 0 0 0 100 0 0 0 0 0 0\n"
            "intr 30\nctxt 90\nbtime 0\nprocs_running 0\nprocs_blocked 0\n");
  EXPECT_EQ(content("proc/uptime"), "2.00 9.00\n");
}

TEST_F(LinuxTree, PhantomInterruptsAreTheSpuriousOnes) {
  EXPECT_THAT(content("proc/interrupts"), HasSubstr("\nSPU:          7          0 "));
  EXPECT_THAT(content("proc/interrupts"), HasSubstr("       CPU8       CPU9\n"));
}

TEST_F(LinuxTree, ToolsRecogniseAPartitionByItsPlatform) {
  EXPECT_THAT(content("proc/cpuinfo"), HasSubstr("processor\t: 9\ncpu\t\t: POWER9 (architected)\nclock\t\t: 3800.000000MHz\n"));
  EXPECT_THAT(content("proc/cpuinfo"), HasSubstr("timebase\t: 512000000\nplatform\t: pSeries\n"));
  EXPECT_EQ(content("proc/meminfo"), "MemTotal:        8388608 kB\n");
}

TEST_F(LinuxTree, TheDeviceTreeIsInBigEndianCells) {
  using namespace std::string_literals;
  EXPECT_EQ(content("proc/device-tree/ibm,partition-no"), "\0\0\0\2"s);
  EXPECT_EQ(content("proc/device-tree/ibm,partition-name"), "web\0"s);
  EXPECT_EQ(content("proc/device-tree/cpus/PowerPC,POWER9@4/ibm,ppc-interrupt-server#s"), "\0\0\0\4\0\0\0\5\0\0\0\6\0\0\0\7"s);
  EXPECT_EQ(content("proc/device-tree/cpus/PowerPC,POWER9@8/reg"), "\0\0\0\x8"s);
}

TEST_F(LinuxTree, SysfsSaysWhichProcessorsAreOnline) {
  EXPECT_EQ(content("sys/devices/system/cpu/online"), "0-1,4-5,8-9\n");
  EXPECT_EQ(content("sys/devices/system/cpu/present"), "0-11\n");
  EXPECT_EQ(content("sys/devices/system/cpu/cpu5/online"), "1\n");
  EXPECT_EQ(content("sys/devices/system/cpu/cpu6/online"), "0\n");
  EXPECT_EQ(content("sys/devices/system/cpu/cpu5/topology/thread_siblings_list"), "4-5\n");
}

TEST_F(LinuxTree, DispatchesStandAtTheFirstThread) {
  EXPECT_THAT(content("proc/powerpc/vcpudispatch_stats"), HasSubstr("cpu0 40 36 3 1 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0\n"));
}

}  // namespace
}  // namespace lparsim::report
