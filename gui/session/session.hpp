#pragma once
#include <QObject>
#include <QString>
#include <QTimer>
#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gui/data/sources.hpp"

namespace lparsim::gui {

/// quick: what is to be drawn, some 100 ms at most. patient: what may read much of the file. seeking: looks for the next of something,
/// however far that is. Each has a thread of its own, so that none holds up another.
enum class Pace : std::uint8_t { quick, patient, seeking };
inline constexpr std::size_t kPaces = 3;

/// The open run file: its facts, the worker threads that alone read its history, and the watch over its growth.
///
/// Everything here is called and answered on the GUI's thread; only `work` runs on a worker. Reading never blocks painting.
class Session : public QObject {
  Q_OBJECT
 public:
  explicit Session(QObject* parent = nullptr);
  ~Session() override;

  /// Opens in the background; then opened() or failed(). Whatever was open stays until then.
  void open(const QString& path);
  void close();
  bool isOpen() const { return facts_ != nullptr; }
  bool isOpening() const { return opening_; }
  /// Null when nothing is open. A new object whenever they change.
  std::shared_ptr<const RunFacts> facts() const { return facts_; }

  /// Runs `work` on a worker thread and then `done` with its result on this one, unless `asker` has asked again or died meanwhile: the
  /// newest question of an asker and topic replaces its earlier ones. Errors of `work`, exceptions too, go to `done`. While nothing is
  /// open it does nothing.
  template <class Value>
  void ask(QObject* asker, int topic, std::function<Result<Value>(Sources&)> work, std::function<void(Result<Value>)> done,
           Pace pace = Pace::quick);
  /// The same for work that has something to show before it is done: what it gives to `soFar` goes to `done` at once.
  template <class Value>
  void askInSteps(QObject* asker, int topic, std::function<Result<Value>(Sources&, const std::function<void(Value)>& soFar)> work,
                  std::function<void(Result<Value>)> done, Pace pace = Pace::quick);
  /// Takes back what was asked.
  void forget(QObject* asker, int topic);
  /// Nobody waits for an answer: what is on the screen is all there is (screenshots, tests).
  bool isSettled() const { return newest_.empty() && !opening_; }

 Q_SIGNALS:
  void opened();    ///< another file: everything is new
  void grew();      ///< the same file has more: facts() is new
  void finished();  ///< it grew and has come to its end, or its run was killed: facts()->state says which
  void closed();
  void failed(const QString& what);  ///< one sentence that says what to do
  void settled();

 private:
  using Action = std::function<void()>;      ///< what is to be done on the GUI's thread
  using Post = std::function<void(Action)>;  ///< does it soon, where the question still stands
  using Job = std::function<Action(Sources&, const Post&)>;
  struct File;
  struct Task;
  class Worker;

  Worker& worker(Pace pace) { return *workers_[static_cast<std::size_t>(pace)]; }
  void give(QObject* asker, int topic, Pace pace, Job job);
  void arrive(const std::shared_ptr<Task>& task, const Action& action, bool last);
  void drop(const std::function<bool(const QObject* asker, int topic)>& which);
  void openedFile(std::uint64_t opening, std::shared_ptr<File> file, std::shared_ptr<const RunFacts> facts, const std::string& error);
  void watch();
  void watched(const std::shared_ptr<File>& file, std::shared_ptr<const RunFacts> fresh, const std::string& error);
  void settleWhenDone();

  std::array<std::unique_ptr<Worker>, kPaces> workers_;
  std::shared_ptr<File> file_;
  std::shared_ptr<const RunFacts> facts_;
  std::map<std::pair<const QObject*, int>, std::shared_ptr<Task>> newest_;  ///< questions without their last answer
  std::set<const QObject*> known_;                                          ///< askers whose death will be told
  std::uint64_t openings_ = 0;
  bool opening_ = false, watching_ = false;
  QTimer timer_;
};

template <class Value>
void Session::ask(QObject* asker, int topic, std::function<Result<Value>(Sources&)> work, std::function<void(Result<Value>)> done,
                  Pace pace) {
  askInSteps<Value>(
      asker, topic, [work = std::move(work)](Sources& sources, const std::function<void(Value)>&) { return work(sources); },
      std::move(done), pace);
}

template <class Value>
void Session::askInSteps(QObject* asker, int topic, std::function<Result<Value>(Sources&, const std::function<void(Value)>&)> work,
                         std::function<void(Result<Value>)> done, Pace pace) {
  give(asker, topic, pace, [work = std::move(work), done = std::move(done)](Sources& sources, const Post& post) -> Action {
    const auto action = [&done](Result<Value> value) -> Action {
      return [done, kept = std::make_shared<Result<Value>>(std::move(value))] {
        done(std::move(*kept));
      };
    };
    try {
      return action(work(sources, [&](Value value) { post(action(std::move(value))); }));
    } catch (const std::exception& e) {
      return action(unexpected(std::string{e.what()}));
    }
  });
}

}  // namespace lparsim::gui
