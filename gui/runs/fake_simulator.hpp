#pragma once
#include <QFile>
#include <QTemporaryDir>
#include <QTextStream>

namespace lparsim::gui {

/// For tests: a script in the place of the simulator, in a folder of its own. It notes the words it was called with in `calls`.
class FakeSimulator {
 public:
  explicit FakeSimulator(const QString& script) {
    QFile file{program()};
    if (file.open(QIODevice::WriteOnly))
      QTextStream{&file} << "#!/bin/sh\necho \"$@\" >> " << folder_.filePath("calls") << "\n" << script << "\n";
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    qputenv("LPARSIM", program().toUtf8());
  }
  ~FakeSimulator() { qunsetenv("LPARSIM"); }
  FakeSimulator(const FakeSimulator&) = delete;
  FakeSimulator& operator=(const FakeSimulator&) = delete;

  QString program() const { return folder_.filePath("lparsim"); }
  QString path(const QString& name) const { return folder_.filePath(name); }
  QString calls() const {
    QFile file{folder_.filePath("calls")};
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString{};
  }

 private:
  QTemporaryDir folder_;
};

/// The simulator's answers that most tests of the editor need.
inline constexpr auto kCheckingScript = R"(
case "$1" in
  check)
    if grep -q weigth "$2"; then
      line=$(grep -n weigth "$2" | head -1 | cut -d: -f1)
      echo "$2:$line:3: server: unknown key \`weigth\`; did you mean \`weight\`?" >&2
      echo "1 error, 0 warnings" >&2
      exit 2
    fi
    echo "$2: correct";;
  explain) [ "$2" = nothing ] && exit 2; echo "$2"; echo "  What $2 means.";;
  schema) echo '{"properties": {"weight": {"description": "Its share."}, "name": {}}}';;
  run) exit 0;;
esac
)";

}  // namespace lparsim::gui
