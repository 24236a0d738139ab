#pragma once
#include <lparsim/vsp.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/vsp/config.hpp"
#include "models/vsp/hooks.hpp"
#include "sim/base/distribution.hpp"
#include "vsp/behaviour/behaviour.hpp"

namespace lparsim::vsp {

struct DeclaredRegistration {
  Hook hook{};
  Role role = Role::observer;
  std::uint32_t function_first = 0;
  std::uint32_t function_last = LPARSIM_VSP_ANY_FUNCTION_LAST;
};

/// What a call is answered with, in this share of all calls (shares need not add up to 1).
struct DeclaredVerdict {
  lparsim_vsp_verdict verdict = LPARSIM_VSP_PASS;  ///< of a filter, NATIVE is PASS; of a provider PASS and MODIFY are NATIVE
  double share = 1;
  std::int32_t status = 0;  ///< deny, complete
  SimTime defer = {};       ///< DEFER: then a filter lets it pass and a provider completes it with `status`
};

struct DeclaredConfig {
  std::string name;
  std::vector<DeclaredRegistration> registrations;
  Distribution time;                      ///< of processor, for each call, copies for observers included
  SimTime per_byte;                       ///< and for each byte that goes with it (bytes_of_call)
  std::vector<DeclaredVerdict> verdicts;  ///< empty: filters let pass, providers leave it to the native function
  std::uint64_t features =
      LPARSIM_VSP_F_DEFER | LPARSIM_VSP_F_OUTCOME | LPARSIM_VSP_F_REISSUE | LPARSIM_VSP_F_CALLERS_TIME | LPARSIM_VSP_F_NOTICE;
  std::uint32_t credits = 16;
  bool reconnects = true;                     ///< after the channel has been closed
  SimTime first_retry = SimTime::from_ms(1);  ///< doubles with each refusal; never sooner than the platform said
  SimTime longest_retry = SimTime::from_s(1);
};

/// What it saw, over all activations.
struct DeclaredCounts {
  std::uint64_t handshakes = 0;  ///< completed
  std::uint64_t refused_registrations = 0;
  std::uint64_t calls = 0;
  std::uint64_t observed = 0;
  std::uint64_t reissued = 0;  ///< of the calls
  std::uint64_t lost = 0;      ///< copies dropped by the platform before one that came
  std::uint64_t replies = 0;
  std::uint64_t deferred = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t outcomes = 0;
  std::uint64_t notices = 0;
  std::uint64_t errors = 0;
  std::uint64_t closed = 0;  ///< of the errors, those that closed the channel
};

/// Bytes that go with a call: what its arguments say, for hooks that have them there; else those of its grants.
std::uint64_t bytes_of_call(const lparsim_vsp_call& call);

/// A behaviour without code: registers, computes for a random time, answers by lot. Keeps all the rules.
class DeclaredBehaviour final : public Behaviour {
 public:
  /// `platform` outlives it.
  DeclaredBehaviour(const DeclaredConfig& config, std::shared_ptr<DeclaredCounts> counts, Platform& platform);

  void started() override;
  void message(std::span<const std::uint8_t> message) override;
  void timer(std::uint64_t tag) override;

 private:
  enum class Phase : std::uint8_t { closed, initializing, greeting, negotiating, registering, ready, quiesced };

  void say(lparsim_vsp_type type);
  void initialize();
  void hello();
  void welcomed(const lparsim_vsp_welcome& welcome);
  void features_agreed(const lparsim_vsp_features& features);
  void registered(const lparsim_vsp_registered& answer);
  void called(const lparsim_vsp_call& call);
  void noticed(const lparsim_vsp_notice& notice);
  void refused(const lparsim_vsp_error& error);
  void closed(SimTime at_least);
  void again_later(SimTime at_least);
  void answer(std::uint64_t call, const DeclaredVerdict& verdict, const std::uint64_t (&arguments)[8]);
  void answer_deferred(std::uint64_t tag);

  struct Deferred {
    std::uint64_t call = 0;
    Role role{};
    std::int32_t status = 0;
  };

  DeclaredConfig config_;
  std::shared_ptr<DeclaredCounts> counts_;
  Platform& platform_;
  Phase phase_ = Phase::closed;
  bool open_ = false;  ///< INIT has gone both ways
  std::uint32_t epoch_ = 0;
  std::uint64_t features_ = 0;
  std::uint32_t answered_ = 0;  ///< registrations
  std::uint32_t accepted_ = 0;
  SimTime retry_;
  std::uint64_t retry_tag_ = 0;  ///< of the timer that counts
  std::uint64_t next_tag_ = 0;
  std::map<std::uint64_t, Deferred> deferred_;  ///< by timer
};

/// For ServiceProgram.
BehaviourFactory declared(DeclaredConfig config, std::shared_ptr<DeclaredCounts> counts);

}  // namespace lparsim::vsp
