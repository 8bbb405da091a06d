# Reads Visual Studio test results (trx) and prints `outcome TAB seconds TAB name TAB reason` for each test.
# Every record is one tag with the text that follows it.
BEGIN { RS = "<"; OFS = "\t" }

/^UnitTestResult / {
  name = attribute("testName")
  outcome = attribute("outcome")
  split(attribute("duration"), duration, ":")
  reason = ""
  if ($0 ~ /\/>[ \t\r\n]*$/) tell()
}
/^Message>/ && name != "" && reason == "" { reason = substr(plain(substr($0, index($0, ">") + 1)), 1, 300) }
/^\/UnitTestResult>/ { tell() }

function tell() {
  if (name != "") print (outcome == "Passed" ? "passed" : outcome == "NotExecuted" ? "skipped" : "failed"), seconds(), name, reason
  name = ""
}

function seconds() { return sprintf("%.1f", duration[1] * 3600 + duration[2] * 60 + duration[3]) }

function attribute(key,    start, rest) {
  start = index($0, " " key "=\"")
  if (start == 0) return ""
  rest = substr($0, start + length(key) + 3)
  return plain(substr(rest, 1, index(rest, "\"") - 1))
}

function plain(text) {
  gsub(/&#x[0-9A-Fa-f]+;|[ \t\r\n]+/, " ", text)
  gsub(/&lt;/, "<", text)
  gsub(/&gt;/, ">", text)
  gsub(/&quot;/, "\"", text)
  gsub(/&apos;/, "'", text)
  gsub(/&amp;/, "\\&", text)
  sub(/^ /, "", text)
  sub(/ $/, "", text)
  return text
}
