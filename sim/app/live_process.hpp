#pragma once
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "sim/app/lparsim_process.hpp"
#include "sim/control/local_socket.hpp"

// The real binary as it runs beside the test, and a client of its control protocol. Nothing here depends on how fast either is: whoever
// waits, waits for a line.
namespace lparsim::app {

class LiveProcess {
 public:
  LiveProcess(const std::filesystem::path& folder, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "lparsim");
    child_ = ::fork();
    if (child_ != 0) return;
    const auto into = [](const char* file, int descriptor) {
      ::dup2(::open(file, O_CREAT | O_TRUNC | O_WRONLY, 0600), descriptor);
    };
    if (::chdir(folder.c_str()) != 0) ::_exit(126);
    into("live.out", STDOUT_FILENO);
    into("live.err", STDERR_FILENO);
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    ::execv(LPARSIM_BINARY, words.data());
    ::_exit(127);
  }
  ~LiveProcess() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    wait();
  }
  LiveProcess(const LiveProcess&) = delete;
  LiveProcess& operator=(const LiveProcess&) = delete;

  void signal(int number) const { ::kill(child_, number); }
  bool lives() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
  }
  /// Its exit code; -1: a signal ended it.
  int wait() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t child_ = 0;
};

class LiveClient {
 public:
  using Json = nlohmann::json;

  /// Waits until the process listens; without a connection when it has ended before.
  LiveClient(const std::filesystem::path& socket, const LiveProcess& process) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(socket.string(), address.sun_path);
    while (true) {
      descriptor_ = control::Descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
      if (::connect(descriptor_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
      if (!process.lives()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
  }

  void say(const std::string& line) const { ::send(descriptor_.number(), (line + "\n").data(), line.size() + 1, MSG_NOSIGNAL); }
  /// The next line; null at the end.
  Json hear() {
    std::size_t newline = 0;
    while ((newline = heard_.find('\n')) == std::string::npos) {
      char bytes[4096];
      const ssize_t count = ::recv(descriptor_.number(), bytes, sizeof bytes, 0);
      if (count <= 0) return nullptr;
      heard_.append(bytes, static_cast<std::size_t>(count));
    }
    Json line = Json::parse(heard_.substr(0, newline));
    heard_.erase(0, newline + 1);
    return line;
  }
  /// The answer to this request.
  Json ask(const std::string& line) {
    say(line);
    while (true) {
      Json heard = hear();
      if (heard.is_null() || heard.contains("ok")) return heard;
    }
  }
  /// Events until one is of that kind and `fits`.
  template <class Fits>
  Json wait_for(const std::string& kind, const Fits& fits) {
    while (true) {
      Json heard = hear();
      if (heard.is_null() || (heard.value("event", "") == kind && fits(heard))) return heard;
    }
  }
  Json wait_for(const std::string& kind) {
    return wait_for(kind, [](const Json&) { return true; });
  }
  /// Steps, and waits until the run stands there.
  Json step(const std::string& by) {
    const Json until = ask(R"({"do":"step","by":")" + by + "\"}").at("until_ps");
    return wait_for("state", [&](const Json& state) { return state.at("paused") == true && state.at("simulated_ps") == until; });
  }

 private:
  control::Descriptor descriptor_;
  std::string heard_;
};

}  // namespace lparsim::app
