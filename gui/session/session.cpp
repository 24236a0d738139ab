#include "gui/session/session.hpp"

#include <QFile>
#include <algorithm>

#include "gui/data/open_run.hpp"
#include "gui/session/worker.hpp"

namespace lparsim::gui {

namespace {

constexpr int kWatchGrowingMilliseconds = 300;
constexpr int kWatchStillMilliseconds = 1000;

}  // namespace

/// An open file.
struct Session::File {
  std::vector<OpenRun> runs;  ///< by Pace: each worker uses its own connections only
  FileIdentity identity;
  bool told = false;  ///< that it is gone; GUI's thread
};

/// A question that stands.
struct Session::Task {
  const QObject* asker;
  int topic;
  std::shared_ptr<File> file;
  std::shared_ptr<const RunFacts> facts;
  Job job;
  std::atomic<bool> cancelled{false};
};

Session::Session(QObject* parent) : QObject{parent}, timer_{this} {
  for (auto& worker : workers_) worker = std::make_unique<Worker>();
  connect(&timer_, &QTimer::timeout, this, &Session::watch);
}

Session::~Session() {
  timer_.stop();
  for (const auto& [key, task] : newest_) task->cancelled = true;
  for (auto& worker : workers_) worker.reset();
}

void Session::open(const QString& path) {
  const std::filesystem::path local{QFile::encodeName(path).toStdString()};
  const std::uint64_t opening = ++openings_;
  opening_ = true;
  worker(Pace::quick).give([this, local, opening] {
    auto file = std::make_shared<File>();
    std::shared_ptr<const RunFacts> facts;
    std::string error;
    // An exception that nobody takes would end the program; a damaged file can give some.
    try {
      file->identity = identityOf(local);
      while (file->runs.size() < kPaces && error.empty()) {
        auto run = openRun(local);
        if (run)
          file->runs.push_back(std::move(*run));
        else
          error = run.error();
      }
      if (error.empty()) {
        auto loaded = loadFacts(file->runs.front().reader);
        if (loaded)
          facts = std::make_shared<const RunFacts>(std::move(*loaded));
        else
          error = loaded.error();
      }
    } catch (const std::exception& e) {
      error = local.string() + " cannot be read: " + e.what();
    }
    if (!error.empty()) file.reset();
    QMetaObject::invokeMethod(
        this, [this, opening, file, facts, error] { openedFile(opening, file, facts, error); }, Qt::QueuedConnection);
  });
}

void Session::openedFile(std::uint64_t opening, std::shared_ptr<File> file, std::shared_ptr<const RunFacts> facts,
                         const std::string& error) {
  if (opening != openings_) return;
  opening_ = false;
  if (!file) {
    Q_EMIT failed(QString::fromStdString(error));
  } else {
    drop([](const QObject*, int) { return true; });
    file_ = std::move(file);
    facts_ = std::move(facts);
    timer_.start(facts_->isGrowing() ? kWatchGrowingMilliseconds : kWatchStillMilliseconds);
    Q_EMIT opened();
  }
  settleWhenDone();
}

void Session::close() {
  ++openings_;
  opening_ = false;
  timer_.stop();
  drop([](const QObject*, int) { return true; });
  const bool was_open = isOpen();
  file_.reset();
  facts_.reset();
  if (was_open) Q_EMIT closed();
}

void Session::give(QObject* asker, int topic, Pace pace, Job job) {
  if (!file_) return;
  if (known_.insert(asker).second)
    connect(asker, &QObject::destroyed, this, [this, asker] {
      known_.erase(asker);
      drop([&](const QObject* other, int) { return other == asker; });
      settleWhenDone();
    });
  auto& newest = newest_[{asker, topic}];
  if (newest) newest->cancelled = true;
  auto task = std::make_shared<Task>();
  task->asker = asker;
  task->topic = topic;
  task->file = file_;
  task->facts = facts_;
  task->job = std::move(job);
  newest = task;
  worker(pace).give([this, pace, task] {
    if (task->cancelled) return;
    OpenRun& run = task->file->runs[static_cast<std::size_t>(pace)];
    Sources sources{run.reader, run.windows, task->facts, task->cancelled};
    const auto post = [&](bool last) {
      return [this, last, &task](Action action) {
        QMetaObject::invokeMethod(
            this, [this, task, last, action = std::move(action)] { arrive(task, action, last); }, Qt::QueuedConnection);
      };
    };
    post(true)(task->job(sources, post(false)));
  });
}

void Session::arrive(const std::shared_ptr<Task>& task, const Action& action, bool last) {
  if (task->cancelled) return;
  if (last) newest_.erase({task->asker, task->topic});
  action();
  if (last) settleWhenDone();
}

void Session::forget(QObject* asker, int topic) {
  drop([&](const QObject* other, int its) { return other == asker && its == topic; });
  settleWhenDone();
}

void Session::drop(const std::function<bool(const QObject*, int)>& which) {
  std::erase_if(newest_, [&](const auto& entry) {
    if (!which(entry.first.first, entry.first.second)) return false;
    entry.second->cancelled = true;
    return true;
  });
}

void Session::settleWhenDone() {
  if (isSettled()) Q_EMIT settled();
}

void Session::watch() {
  if (!file_ || watching_) return;
  watching_ = true;
  worker(Pace::quick).give([this, file = file_, known = facts_] {
    std::shared_ptr<const RunFacts> fresh;
    std::string error;
    const FileIdentity now = identityOf(known->path);
    if (!now.there)
      error = known->path.string() + " was deleted or moved away; what is open stays until another file is opened";
    else if (now != file->identity)
      error = known->path.string() + " was replaced by another file; open it again to see that one";
    const trace::Reader& reader = file->runs.front().reader;
    try {
      const trace::RunState state = known->isGrowing() ? reader.state() : known->state;
      const auto simulated = known->isGrowing() ? reader.simulated() : Result<SimTime>{known->simulated};
      if (!simulated) {
        error = simulated.error();
      } else if (state != known->state || *simulated != known->simulated) {
        RunFacts more = *known;
        if (const auto done = refreshFacts(reader, more); done)
          fresh = std::make_shared<const RunFacts>(std::move(more));
        else
          error = done.error();
      }
    } catch (const std::exception& e) {
      error = known->path.string() + " cannot be read: " + e.what();
    }
    QMetaObject::invokeMethod(
        this, [this, file, fresh, error] { watched(file, fresh, error); }, Qt::QueuedConnection);
  });
}

void Session::watched(const std::shared_ptr<File>& file, std::shared_ptr<const RunFacts> fresh, const std::string& error) {
  watching_ = false;
  if (file != file_) return;
  if (fresh) {
    facts_ = std::move(fresh);
    Q_EMIT grew();
    // Who hears of it may have closed the file.
    if (file == file_ && !facts_->isGrowing()) {
      timer_.start(kWatchStillMilliseconds);
      Q_EMIT finished();
    }
  }
  if (file != file_ || error.empty() || file->told) return;
  file->told = true;
  Q_EMIT failed(QString::fromStdString(error));
}

}  // namespace lparsim::gui
