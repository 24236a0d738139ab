#pragma once
#include <QObject>
#include <QString>
#include <atomic>
#include <functional>
#include <memory>

#include "gui/data/run_facts.hpp"
#include "sim/trace/window_reader.hpp"

namespace lparsim::gui {

/// What work on the worker thread may use: connections of its own to the open file.
struct Sources {
  trace::Reader& reader;
  trace::WindowReader& windows;
  std::shared_ptr<const RunFacts> facts;  ///< as they were when the work was given
  const std::atomic<bool>& cancelled;     ///< a newer question of the same asker came, or the file was closed: give up soon
};

/// The open run file: its facts, the worker thread that alone reads its history, and the watch over its growth.
///
/// Everything here is called and answered on the GUI's thread; only `work` runs on the worker. Reading never blocks painting.
class Session : public QObject {
  Q_OBJECT
 public:
  explicit Session(QObject* parent = nullptr);
  ~Session() override;

  /// Opens in the background; then opened() or failed(). Whatever was open stays until then.
  void open(const QString& path);
  void close();
  bool isOpen() const;
  /// Null when nothing is open. A new object whenever they change.
  std::shared_ptr<const RunFacts> facts() const;

  /// Runs `work` on the worker thread and then `done` with its result on this one, unless `asker` has asked again or died meanwhile: the
  /// newest question of an asker and topic replaces its earlier ones. Errors of `work` go to `done` too.
  template <class Value>
  void ask(QObject* asker, int topic, std::function<Result<Value>(Sources&)> work, std::function<void(Result<Value>)> done);
  /// Nobody waits for an answer: what is on the screen is all there is (screenshots, tests).
  bool isSettled() const;

 signals:
  void opened();    ///< another file: everything is new
  void grew();      ///< the same file has more: facts() is new
  void finished();  ///< it grew and has come to its end, or its run was killed: facts()->state says which
  void closed();
  void failed(const QString& what);  ///< one sentence that says what to do
  void settled();

 private:
  using Job = std::function<std::function<void()>(Sources&)>;  ///< returns what is to be done on the GUI's thread
  void give(QObject* asker, int topic, Job job);

  class Thread;
  std::unique_ptr<Thread> thread_;
};

template <class Value>
void Session::ask(QObject* asker, int topic, std::function<Result<Value>(Sources&)> work, std::function<void(Result<Value>)> done) {
  give(asker, topic, [work = std::move(work), done = std::move(done)](Sources& sources) -> std::function<void()> {
    auto value = std::make_shared<Result<Value>>(work(sources));
    return [value, done] {
      done(std::move(*value));
    };
  });
}

}  // namespace lparsim::gui
