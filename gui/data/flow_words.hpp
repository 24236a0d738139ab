#pragma once
// The sentences of flows; private to gui/data.
#include <string>

#include "gui/data/flows.hpp"

namespace lparsim::gui {

/// `physc: processors' worth of time really used; 0.62 of 0.50 entitled, so it runs on excess`.
std::string physcSentence(const trace::PartitionFacts& partition, double used, double entitled, double waiting);
std::string entcSentence(double used, double entitled);
std::string excessSentence(double excess, double used);
std::string waitingSentence(double capacity, double processor);
std::string serverSentence(double used, double cores);
std::string poolSentence(const trace::PoolFacts& pool, double used);
Figure shareFigure(double used, double of);
/// `1,234` or `0.25`.
std::string rateText(double rate);
/// `12.3 MB/s`.
std::string byteRateText(double bytes);

}  // namespace lparsim::gui
