#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

// Runs the real binary in a folder of its own, as a shell would.
namespace lparsim::app {

struct Finished {
  int code = -1;  ///< exit code; -1: a signal ended it
  std::string out;
  std::string err;
};

class LparsimProcess {
 public:
  LparsimProcess() : folder_{std::filesystem::temp_directory_path() / ("lparsim_app_test_" + std::to_string(getpid()))} {
    std::filesystem::create_directories(folder_);
  }
  ~LparsimProcess() { std::filesystem::remove_all(folder_); }
  LparsimProcess(const LparsimProcess&) = delete;
  LparsimProcess& operator=(const LparsimProcess&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }

  /// `arguments` as a shell reads them; `before` stands before the command.
  Finished operator()(const std::string& arguments, const std::string& before = "") const {
    const std::string line =
        "cd '" + folder_.string() + "' && " + before + " exec '" LPARSIM_BINARY "' " + arguments + " > out.txt 2> err.txt";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read("out.txt"), read("err.txt")};
  }
  std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace lparsim::app
