#pragma once
#include <memory>
#include <string>
#include <vector>

#include "vsp/kit/bench.hpp"
#include "vsp/kit/check.hpp"

namespace lparsim::vsp::kit {

/// What a behaviour is, as it shows itself when everything is permitted.
struct Profile {
  struct Registration {
    Hook hook{};
    Role role{};
    std::uint32_t first = 0, last = 0;
  };
  bool created = false;
  bool ready = false;
  std::uint64_t features = 0;  ///< agreed
  std::uint32_t credits = 0;
  bool prompt = false;  ///< answered single calls within their deadline
  std::vector<Registration> registrations;
  std::string refused;  ///< what it asked for and was not permitted; empty: nothing

  /// The first registration that holds up its callers; null where it only observes.
  const Registration* blocking() const;
  const Registration* of(Role role) const;
  bool has(std::uint64_t feature) const { return (features & feature) != 0; }
};
/// A call such as clients make: the `n`th of a hook with a function in the range, for which the client's memory has data.
Call example_call(Hook hook, std::uint32_t first, std::uint32_t last, PartitionId client, std::size_t n);
/// Puts into the client's memory what the call's buffers should hold.
void fill(Memory& memory, const Call& call);

/// One check being done.
class Trial {
 public:
  Trial(int number, const BehaviourFactory& behaviour, const Profile& profile, const CheckOptions& options)
      : number_{number}, behaviour_{behaviour}, profile_{profile}, options_{options} {}

  const Profile& profile() const { return profile_; }
  SimTime patience() const { return options_.patience; }
  Tamper& tamper() { return options_.tamper != nullptr ? *options_.tamper : none_; }
  bool blocks() const { return profile_.blocking() != nullptr; }
  /// Notes that the behaviour's part is left out where it holds nobody up. Says whether it is.
  bool only_observes();

  /// A new bench; what was on the one before is done.
  Bench& bench();
  /// A partition's configuration with a permit for what the behaviour registers, or for one hook.
  VspConfig subject_config() const;
  static VspConfig config(PartitionId partition, Hook hook, Role role);
  static VspConfig config(PartitionId partition, std::vector<HookPermit> permits);

  /// Starts the behaviour and waits until it is ready; it has failed where it is not.
  bool up(const VspConfig& config);
  bool wait_ready();
  /// The `n`th call of the behaviour's first registration (blocking, if there is one), made by a client.
  std::size_t call(std::size_t n, PartitionId client = Bench::kClient);
  Call example(std::size_t n, PartitionId client = Bench::kClient) const;
  /// A hook that the behaviour does not use, for partners; a call of it, with 256 bytes to be read and 256 to be written.
  Hook partner_hook() const;
  Call partner_call(std::size_t n, PartitionId client = Bench::kClient) const;
  VspConfig partner_config(PartitionId partner = Bench::kPartner, Role role = Role::provider) const {
    return config(partner, partner_hook(), role);
  }
  std::size_t call_partner(std::size_t n, PartitionId client = Bench::kClient) { return bench_->call(partner_call(n, client)); }
  /// The behaviour stands beside what the platform is put through: starts it. Then, at the end: whether its clients noticed anything.
  void bystander();
  void undisturbed();
  /// The platform refused nothing that it said, unless that is explained by a rule that it was seen to break.
  bool unrefused(std::string_view when);
  /// It let no call pass its deadline; taken for granted of one that does not even answer single calls in time (VSP-18).
  bool in_time(std::string_view when);
  /// All calls of clients answered exactly once within `limit`.
  bool all_answered(SimTime limit, std::string_view when);

  /// Notes a failure where it does not hold; says whether it does.
  bool expect(bool holds, std::string sentence);
  void fail(std::string sentence) { expect(false, std::move(sentence)); }
  bool failed() const { return !reason_.empty(); }
  /// The behaviour's part does not apply; the platform's has been done.
  void not_applicable(std::string sentence) { skipped_ = std::move(sentence); }

  /// Rules seen broken, with where: also those of other checks.
  struct Seen {
    Breach breach;
    Transcript transcript;
  };
  std::vector<Seen> take_seen();
  CheckResult result(const CheckDescription& description);

 private:
  void close();

  int number_;
  const BehaviourFactory& behaviour_;
  const Profile& profile_;
  const CheckOptions& options_;
  Tamper none_;
  std::unique_ptr<Bench> bench_;
  std::string reason_, skipped_;
  std::optional<Transcript> transcript_;
  std::vector<Seen> seen_;
};

/// Runs the behaviour where everything is permitted. `seen`: rules that it breaks meanwhile.
Profile profile_of(const BehaviourFactory& behaviour, const CheckOptions& options, std::vector<Trial::Seen>& seen);

}  // namespace lparsim::vsp::kit
