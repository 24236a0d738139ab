#pragma once
#include <string>
#include <vector>

#include "sim/app/requests.hpp"

namespace lparsim::app {

/// What the options of the sub-commands say, as text.
struct Words {
  std::string scenario, run_file, output, seed, duration, trace, format = "text", partition, interval, vp, at, worst, key;
  std::vector<std::string> settings, precision;
  std::string vsp, outage, jobs;
  std::string precision_limit, io_request, slowest, target;
  std::string subject, configuration, transcripts;
  std::vector<std::string> only;
  std::string control, pace, repeat, name;
  bool paused = false;
  bool io = false;
};

// What the words ask for. What does not fit is thrown as CLI::ValidationError, with a sentence of ours.

std::vector<config::Override> overrides(const Words& words);
RunRequest run_request(const Words& words);
CheckRequest check_request(const Words& words);
ReportRequest report_request(const Words& words);
ExplainWaitRequest explain_wait_request(const Words& words);
VspCheckRequest vsp_check_request(const Words& words);
VspCampaignRequest vsp_campaign_request(const Words& words);

}  // namespace lparsim::app
