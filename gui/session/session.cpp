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

/// An open file. Each worker uses its own connections only.
struct Session::File {
  OpenRun quick, patient;
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

Session::Session(QObject* parent)
    : QObject{parent}, quick_{std::make_unique<Worker>()}, patient_{std::make_unique<Worker>()}, timer_{this} {
  connect(&timer_, &QTimer::timeout, this, &Session::watch);
}

Session::~Session() {
  timer_.stop();
  for (const auto& [key, task] : newest_) task->cancelled = true;
  quick_.reset();
  patient_.reset();
}

void Session::open(const QString& path) {
  const std::filesystem::path local{QFile::encodeName(path).toStdString()};
  const std::uint64_t opening = ++openings_;
  opening_ = true;
  quick_->give([this, local, opening] {
    std::shared_ptr<File> file;
    std::shared_ptr<const RunFacts> facts;
    std::string error;
    const FileIdentity identity = identityOf(local);
    auto quick = openRun(local);
    auto patient = quick ? openRun(local) : Result<OpenRun>{unexpected(quick.error())};
    if (patient) {
      auto loaded = loadFacts(quick->reader);
      if (loaded) {
        facts = std::make_shared<const RunFacts>(std::move(*loaded));
        file = std::make_shared<File>(File{std::move(*quick), std::move(*patient), identity});
      } else {
        error = loaded.error();
      }
    } else {
      error = patient.error();
    }
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
  (pace == Pace::quick ? quick_ : patient_)->give([this, pace, task] {
    if (task->cancelled) return;
    OpenRun& run = pace == Pace::quick ? task->file->quick : task->file->patient;
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
  quick_->give([this, file = file_, known = facts_] {
    std::shared_ptr<const RunFacts> fresh;
    std::string error;
    const FileIdentity now = identityOf(known->path);
    if (!now.there)
      error = known->path.string() + " was deleted or moved away; what is open stays until another file is opened";
    else if (now != file->identity)
      error = known->path.string() + " was replaced by another file; open it again to see that one";
    const trace::Reader& reader = file->quick.reader;
    if (known->isGrowing()) {
      const trace::RunState state = reader.state();
      const auto simulated = reader.simulated();
      if (simulated && (state != known->state || *simulated != known->simulated)) {
        RunFacts more = *known;
        if (const auto done = refreshFacts(reader, more); done)
          fresh = std::make_shared<const RunFacts>(std::move(more));
        else
          error = done.error();
      } else if (!simulated) {
        error = simulated.error();
      }
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
