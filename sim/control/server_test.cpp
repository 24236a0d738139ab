#include "sim/control/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace lparsim::control {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Json = nlohmann::json;

class Folder {
 public:
  Folder() : path_{std::filesystem::temp_directory_path() / ("lparsim_control_test_" + std::to_string(getpid()))} {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// A client that waits for what it reads.
class Client {
 public:
  explicit Client(const std::filesystem::path& path) : descriptor_{::socket(AF_UNIX, SOCK_STREAM, 0)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path.string(), address.sun_path);
    EXPECT_EQ(::connect(descriptor_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  int number() const { return descriptor_.number(); }
  void say(const std::string& bytes) {
    EXPECT_EQ(::send(number(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  /// The next line; nothing at the end.
  Json hear() {
    std::size_t newline = 0;
    while ((newline = heard_.find('\n')) == std::string::npos) {
      char bytes[4096];
      const ssize_t count = ::recv(number(), bytes, sizeof bytes, 0);
      if (count <= 0) return nullptr;
      heard_.append(bytes, static_cast<std::size_t>(count));
    }
    Json line = Json::parse(heard_.substr(0, newline));
    heard_.erase(0, newline + 1);
    return line;
  }
  /// The next line that is an answer.
  Json answer() {
    while (true) {
      Json line = hear();
      if (line.is_null() || line.contains("ok")) return line;
    }
  }

 private:
  Descriptor descriptor_;
  std::string heard_;
};

std::unique_ptr<Server> server_at(const std::filesystem::path& path) {
  auto server = Server::listen(path);
  if (!server) throw std::runtime_error(server.error());
  (*server)->begin({"1.0", "test", "/run.db", 1, SimTime::from_s(1)}, {});
  return std::move(*server);
}

std::string refusal_of(const std::filesystem::path& path) {
  const auto server = Server::listen(path);
  if (server) return "taken";
  return server.error();
}

/// What a simulation would do, until so many letters are answered.
void answer_letters(Server& server, std::size_t count) {
  while (count > 0) {
    server.mailbox().wait_until(Mailbox::Clock::now() + 10s);
    for (const Letter& letter : server.mailbox().take()) {
      if (const auto* wrong = std::get_if<Refused>(&letter.content))
        server.answer(letter.from, refusal(wrong->id, wrong->error));
      else
        server.answer(letter.from, answer_at(std::get<Request>(letter.content).id, SimTime::from_ps(7)));
      --count;
    }
  }
}

TEST(ControlServer, ListensOnASocketThatOnlyItsOwnerMayUseAndThatGoesWithIt) {
  const Folder folder;
  {
    const auto server = server_at(folder / "s");
    struct stat there {};
    ASSERT_EQ(::lstat((folder / "s").c_str(), &there), 0);
    EXPECT_TRUE(S_ISSOCK(there.st_mode));
    EXPECT_EQ(there.st_mode & 0777U, 0600U);
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "s"));
}

TEST(ControlServer, TakesThePlaceOfADeadSocketAndOfNothingElse) {
  const Folder folder;
  std::ofstream{folder / "file"} << "precious";
  EXPECT_THAT(refusal_of(folder / "file"), HasSubstr("no socket; allowed: a name that is free"));
  EXPECT_TRUE(std::filesystem::exists(folder / "file"));
  EXPECT_THAT(refusal_of(folder / "no/folder"), HasSubstr("No such file"));
  EXPECT_THAT(refusal_of(std::string(200, 'x')), HasSubstr("allowed: 1 to 107"));
  {
    const auto first = server_at(folder / "s");
    EXPECT_THAT(refusal_of(folder / "s"), HasSubstr("a run that is alive listens there"));
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy((folder / "dead").string(), address.sun_path);
  {
    const Descriptor dead{::socket(AF_UNIX, SOCK_STREAM, 0)};
    ASSERT_EQ(::bind(dead.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  EXPECT_EQ(refusal_of(folder / "dead"), "taken");
}

TEST(ControlServer, GreetsTellsTheStateAndCarriesRequestsAndAnswersInTheirOrder) {
  const Folder folder;
  const auto server = server_at(folder / "s");
  Client client{folder / "s"};
  EXPECT_EQ(client.hear()["event"], "hello");
  EXPECT_EQ(client.hear()["event"], "state");
  client.say("{\"id\":1,\"do\":\"state\"}\n{\"id\":2,\"do\":\"nothing\"}\n" + std::string(5000, 'x') + "\n{\"id\":3,");
  client.say("\"do\":\"pause\"}\n");
  answer_letters(*server, 4);
  EXPECT_EQ(client.answer(), Json::parse(R"({"id":1,"ok":true,"at_ps":7})"));
  EXPECT_THAT(client.answer()["error"].get<std::string>(), HasSubstr("unknown request"));
  EXPECT_THAT(client.answer()["error"].get<std::string>(), HasSubstr("too long"));
  EXPECT_EQ(client.answer()["id"], 3);
  server->publish({SimTime::from_ps(5), {}, 0, true, {}, 0}, true);
  server->end(true);
  Json line;
  Json last;
  while (!(line = client.hear()).is_null()) last = line;
  EXPECT_EQ(last, Json::parse(R"({"event":"end","outcome":"finished","simulated_ps":5})"));
}

TEST(ControlServer, AnswersThousandsOfRequestsOfOneClientInTheirOrderAndThoseOfOthersMeanwhile) {
  const Folder folder;
  const auto server = server_at(folder / "s");
  constexpr int kMany = 3000;
  Client hasty{folder / "s"};
  Client other{folder / "s"};
  std::thread asking{[&] {
    std::string lines;
    for (int i = 0; i < kMany; ++i) lines += "{\"id\":" + std::to_string(i) + ",\"do\":\"state\"}\n";
    hasty.say(lines);
  }};
  std::thread hearing{[&] {
    for (int i = 0; i < kMany; ++i) ASSERT_EQ(hasty.answer()["id"], i);
  }};
  other.say("{\"do\":\"state\"}\n");
  answer_letters(*server, kMany + 1);
  EXPECT_EQ(other.answer()["ok"], true);
  asking.join();
  hearing.join();
}

TEST(ControlServer, IsNotHeldUpByAClientThatDoesNotRead) {
  const Folder folder;
  const auto server = server_at(folder / "s");
  Client deaf{folder / "s"};
  Client other{folder / "s"};
  EXPECT_EQ(other.hear()["event"], "hello");
  const std::string line = "{\"event\":\"change\",\"text\":\"" + std::string(1000, 'x') + "\"}\n";
  // More than the socket and the server keep for one.
  constexpr int kLines = 3000;
  for (int i = 0; i < kLines; ++i) {
    server->tell_all(line);
    while (other.hear().value("event", "") != "change") {
    }
  }
  // It was disconnected: what it can still read ends without a farewell.
  server->end(false);
  Json last;
  for (Json heard = deaf.hear(); !heard.is_null(); heard = deaf.hear()) last = heard;
  EXPECT_EQ(last["event"], "change");
}

TEST(ControlServer, CarriesAnAnswerThatIsLongerThanWhatMayWait) {
  const Folder folder;
  const auto server = server_at(folder / "s");
  Client client{folder / "s"};
  client.say("{\"do\":\"partitions\"}\n");
  server->mailbox().wait_until(Mailbox::Clock::now() + 10s);
  const auto letters = server->mailbox().take();
  ASSERT_EQ(letters.size(), 1U);
  server->answer(letters[0].from, "{\"ok\":true,\"text\":\"" + std::string(1'000'000, 'x') + "\"}\n");
  const Json answer = client.answer();
  ASSERT_FALSE(answer.is_null()) << "it was disconnected";
  EXPECT_EQ(answer["text"].get<std::string>().size(), 1'000'000U);
}

TEST(ControlServer, HearsTheLastWordsOfAClientThatGoes) {
  const Folder folder;
  const auto server = server_at(folder / "s");
  {
    Client client{folder / "s"};
    client.say("{\"do\":\"pause\"}\n");
  }
  server->mailbox().wait_until(Mailbox::Clock::now() + 10s);
  const auto letters = server->mailbox().take();
  ASSERT_EQ(letters.size(), 1U);
  server->answer(letters[0].from, answer_at("1", {}));
  Client next{folder / "s"};
  EXPECT_EQ(next.hear()["event"], "hello");
}

TEST(ControlServer, TurnsAwayASeventeenthClientWithASentence) {
  const Folder folder;
  const auto server = server_at(folder / "s");
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 16; ++i) {
    clients.push_back(std::make_unique<Client>(folder / "s"));
    EXPECT_EQ(clients.back()->hear()["event"], "hello");
  }
  Client late{folder / "s"};
  EXPECT_THAT(late.hear()["error"].get<std::string>(), HasSubstr("16 clients are connected"));
  EXPECT_TRUE(late.hear().is_null());
}

}  // namespace
}  // namespace lparsim::control
