#include "models/hypervisor/vnic.hpp"

#include "models/hypervisor/big_endian.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::size_t kStatus = 12;  ///< struct ibmvnic_rc of every answer
constexpr std::uint8_t kSendDescriptor = 0x10;
constexpr std::uint8_t kCompletionNeeded = 0x80;
constexpr std::uint8_t kLargeSend = 0x20;
constexpr std::uint8_t kEndOfFrame = 0x20;
constexpr std::size_t kLoginHeader = 32;
constexpr std::size_t kLoginAnswerHeader = 40;
constexpr std::uint64_t kBufferVersion = 1;
constexpr std::size_t kMostQueues = 16;

bool known(std::uint8_t command) {
  switch (static_cast<VnicCommand>(command)) {
    case VnicCommand::version_exchange:
    case VnicCommand::query_capability:
    case VnicCommand::request_capability:
    case VnicCommand::login:
    case VnicCommand::logical_link_state:
    case VnicCommand::link_state_indication:
    case VnicCommand::request_map:
    case VnicCommand::request_unmap:
      return true;
  }
  return false;
}

void put_list(BigEndianWriter& writer, std::size_t header, std::size_t& at, const std::vector<std::uint64_t>& numbers) {
  writer.put(header, 4, numbers.size());
  writer.put(header + 4, 4, at);
  for (const std::uint64_t number : numbers) {
    writer.put(at, 8, number);
    at += 8;
  }
}

std::optional<std::vector<std::uint64_t>> get_list(std::span<const std::uint8_t> bytes, std::uint64_t count, std::uint64_t at) {
  if (count > kMostQueues || at > bytes.size() || count * 8 > bytes.size() - at) return std::nullopt;
  const BigEndianReader reader{bytes};
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < count; ++i) numbers.push_back(reader.get(at + i * 8, 8));
  return numbers;
}

}  // namespace

CrqElement encode(const VnicMessage& message) {
  CrqElement element{kCrqCommand,
                     static_cast<std::uint8_t>(static_cast<std::uint8_t>(message.command) | (message.answer ? kVnicAnswer : 0))};
  BigEndianWriter writer{element};
  switch (message.command) {
    case VnicCommand::version_exchange:
      writer.put(2, 2, message.version);
      break;
    case VnicCommand::query_capability:
    case VnicCommand::request_capability:
      writer.put(2, 2, static_cast<std::uint64_t>(message.capability));
      writer.put(4, 8, message.number);
      break;
    case VnicCommand::login:
      if (message.answer) break;
      writer.put(8, 4, message.ioba);
      writer.put(12, 4, message.length);
      break;
    case VnicCommand::logical_link_state:
      element[2] = message.logical_link ? 1 : 0;
      break;
    case VnicCommand::link_state_indication:
      element[4] = message.physical_link ? 1 : 0;
      element[5] = message.logical_link ? 1 : 0;
      break;
    case VnicCommand::request_map:
      element[3] = message.map_id;
      if (message.answer) break;
      writer.put(4, 4, message.ioba);
      writer.put(8, 4, message.length);
      break;
    case VnicCommand::request_unmap:
      element[3] = message.map_id;
      break;
  }
  if (message.answer) element[kStatus] = static_cast<std::uint8_t>(message.status);
  return element;
}

std::optional<VnicMessage> decode_vnic(const CrqElement& element) {
  const auto command = static_cast<std::uint8_t>(element[1] & ~kVnicAnswer);
  if (element[0] != kCrqCommand || !known(command)) return std::nullopt;
  const BigEndianReader reader{element};
  VnicMessage message;
  message.command = static_cast<VnicCommand>(command);
  message.answer = (element[1] & kVnicAnswer) != 0;
  if (message.answer) message.status = static_cast<VnicStatus>(element[kStatus]);
  switch (message.command) {
    case VnicCommand::version_exchange:
      message.version = reader.get<std::uint16_t>(2);
      break;
    case VnicCommand::query_capability:
    case VnicCommand::request_capability:
      message.capability = static_cast<VnicCapability>(reader.get(2, 2));
      message.number = reader.get(4, 8);
      break;
    case VnicCommand::login:
      if (message.answer) break;
      message.ioba = reader.get<std::uint32_t>(8);
      message.length = reader.get<std::uint32_t>(12);
      break;
    case VnicCommand::logical_link_state:
      message.logical_link = element[2] == 1;
      break;
    case VnicCommand::link_state_indication:
      message.physical_link = element[4] == 1;
      message.logical_link = element[5] == 1;
      break;
    case VnicCommand::request_map:
      message.map_id = element[3];
      if (message.answer) break;
      message.ioba = reader.get<std::uint32_t>(4);
      message.length = reader.get<std::uint32_t>(8);
      break;
    case VnicCommand::request_unmap:
      message.map_id = element[3];
      break;
  }
  return message;
}

std::vector<std::uint8_t> encode(const VnicLogin& login) {
  std::vector<std::uint8_t> bytes(kLoginHeader + (login.sent_queues.size() + login.received_queues.size()) * 8);
  BigEndianWriter writer{bytes};
  writer.put(0, 4, bytes.size());
  writer.put(4, 4, kBufferVersion);
  std::size_t at = kLoginHeader;
  put_list(writer, 8, at, login.sent_queues);
  put_list(writer, 16, at, login.received_queues);
  writer.put(24, 4, login.answer_ioba);
  writer.put(28, 4, login.answer_length);
  return bytes;
}

std::optional<VnicLogin> decode_vnic_login(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kLoginHeader) return std::nullopt;
  const BigEndianReader reader{bytes};
  if (reader.get(0, 4) > bytes.size() || reader.get(4, 4) != kBufferVersion) return std::nullopt;
  auto sent = get_list(bytes, reader.get(8, 4), reader.get(12, 4));
  auto received = get_list(bytes, reader.get(16, 4), reader.get(20, 4));
  if (!sent || !received) return std::nullopt;
  return VnicLogin{*sent, *received, reader.get<std::uint32_t>(24), reader.get<std::uint32_t>(28)};
}

std::vector<std::uint8_t> encode(const VnicLoginAnswer& answer) {
  LPARSIM_CHECK(answer.buffer_sizes.size() == answer.buffer_queues.size(), "{} sizes for {} queues", answer.buffer_sizes.size(),
                answer.buffer_queues.size());
  const std::size_t lists = answer.send_queues.size() + answer.buffer_queues.size() * 2;
  std::vector<std::uint8_t> bytes(kLoginAnswerHeader + lists * 8 + 1);
  BigEndianWriter writer{bytes};
  writer.put(0, 4, bytes.size());
  writer.put(4, 4, kBufferVersion);
  std::size_t at = kLoginAnswerHeader;
  put_list(writer, 8, at, answer.send_queues);
  put_list(writer, 16, at, answer.buffer_queues);
  writer.put(24, 4, at);
  for (const std::uint64_t size : answer.buffer_sizes) {
    writer.put(at, 8, size);
    at += 8;
  }
  // One version of send descriptors.
  writer.put(28, 4, 1);
  writer.put(32, 4, at);
  bytes[at] = kSendDescriptor;
  return bytes;
}

std::optional<VnicLoginAnswer> decode_vnic_login_answer(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kLoginAnswerHeader) return std::nullopt;
  const BigEndianReader reader{bytes};
  if (reader.get(0, 4) > bytes.size() || reader.get(4, 4) != kBufferVersion) return std::nullopt;
  auto send = get_list(bytes, reader.get(8, 4), reader.get(12, 4));
  auto buffers = get_list(bytes, reader.get(16, 4), reader.get(20, 4));
  auto sizes = get_list(bytes, reader.get(16, 4), reader.get(24, 4));
  if (!send || !buffers || !sizes) return std::nullopt;
  return VnicLoginAnswer{*send, *buffers, *sizes};
}

SubCrqElement encode(const VnicSend& descriptor) {
  SubCrqElement element{kCrqCommand, kSendDescriptor, 1, 1};
  element[4] = static_cast<std::uint8_t>(kCompletionNeeded | (descriptor.mss > 0 ? kLargeSend : 0));
  BigEndianWriter writer{element};
  writer.put(6, 2, descriptor.mss);
  writer.put(12, 4, descriptor.correlator);
  writer.put(18, 2, descriptor.map_id);
  writer.put(20, 4, descriptor.length);
  writer.put(24, 8, descriptor.ioba);
  return element;
}

std::optional<VnicSend> decode_vnic_send(const SubCrqElement& element) {
  if (element[0] != kCrqCommand || element[1] != kSendDescriptor || element[3] != 1) return std::nullopt;
  const BigEndianReader reader{element};
  const std::uint16_t mss = (element[4] & kLargeSend) != 0 ? reader.get<std::uint16_t>(6) : std::uint16_t{0};
  return VnicSend{reader.get<std::uint32_t>(12), static_cast<std::uint8_t>(reader.get(18, 2)), reader.get<std::uint32_t>(20),
                  reader.get(24, 8), mss};
}

SubCrqElement encode(const VnicSent& descriptor) {
  SubCrqElement element{kCrqCommand, descriptor.count};
  BigEndianWriter writer{element};
  for (std::size_t i = 0; i < descriptor.count; ++i) {
    writer.put(2 + i * 2, 2, static_cast<std::uint64_t>(descriptor.statuses[i]));
    writer.put(12 + i * 4, 4, descriptor.correlators[i]);
  }
  return element;
}

std::optional<VnicSent> decode_vnic_sent(const SubCrqElement& element) {
  if (element[0] != kCrqCommand || element[1] > VnicSent::kMost) return std::nullopt;
  const BigEndianReader reader{element};
  VnicSent sent;
  sent.count = element[1];
  for (std::size_t i = 0; i < sent.count; ++i) {
    sent.statuses[i] = static_cast<VnicStatus>(reader.get(2 + i * 2, 2));
    sent.correlators[i] = reader.get<std::uint32_t>(12 + i * 4);
  }
  return sent;
}

SubCrqElement encode(const VnicBuffer& descriptor) {
  SubCrqElement element{kCrqCommand};
  BigEndianWriter writer{element};
  writer.put(8, 8, descriptor.correlator);
  writer.put(16, 4, descriptor.ioba);
  writer.put(20, 1, descriptor.map_id);
  writer.put(21, 3, descriptor.length);
  return element;
}

std::optional<VnicBuffer> decode_vnic_buffer(const SubCrqElement& element) {
  if (element[0] != kCrqCommand) return std::nullopt;
  const BigEndianReader reader{element};
  return VnicBuffer{reader.get(8, 8), reader.get<std::uint32_t>(16), element[20], static_cast<std::uint32_t>(reader.get(21, 3))};
}

SubCrqElement encode(const VnicReceived& descriptor) {
  SubCrqElement element{kCrqCommand, kEndOfFrame};
  BigEndianWriter writer{element};
  writer.put(2, 2, descriptor.offset);
  writer.put(4, 4, descriptor.length);
  writer.put(8, 8, descriptor.correlator);
  writer.put(18, 2, static_cast<std::uint64_t>(descriptor.status));
  return element;
}

std::optional<VnicReceived> decode_vnic_received(const SubCrqElement& element) {
  if (element[0] != kCrqCommand || (element[1] & kEndOfFrame) == 0) return std::nullopt;
  const BigEndianReader reader{element};
  return VnicReceived{reader.get<std::uint16_t>(2), reader.get<std::uint32_t>(4), reader.get(8, 8),
                      static_cast<VnicStatus>(reader.get(18, 2))};
}

}  // namespace lparsim::hypervisor
