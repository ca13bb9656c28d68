#include "api/hook_template.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace snapstash::api {
namespace {

using ::testing::HasSubstr;

json::Object data() {
  return json::parse(R"({
    "Name": "daily-1", "Namespace": "demo",
    "Invoker": {"APIGroup": "stash.appscode.com", "Kind": "BackupConfiguration", "Name": "daily"},
    "Target": {"APIVersion": "apps/v1", "Kind": "StatefulSet", "Name": "db", "Namespace": "demo"},
    "Status": {"Phase": "Failed", "Duration": "34s", "Error": "no \"space\" <left>"},
    "RetryLeft": 2, "Nothing": null, "Half": 2.5, "Three": 3.0,
    "List": ["a", 1, null, true], "Map": {"b": 1, "a": {"x": null}},
    "Empty": {"List": [], "Map": {}, "Text": "", "Number": 0}
  })")
      .value()
      .get_object();
}

std::string render(std::string_view text) {
  const auto rendered = render_template(text, data());
  return rendered ? *rendered : "error: " + rendered.error().message;
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

struct Row {
  std::string_view text, expected;
};

// What Go 1.26's text/template with sprig 3.3.0 gives for these.
class Renders : public ::testing::TestWithParam<Row> {};

TEST_P(Renders, AsGoDoes) { EXPECT_EQ(render(GetParam().text), GetParam().expected) << GetParam().text; }

INSTANTIATE_TEST_SUITE_P(
    Text, Renders,
    ::testing::Values(
        Row{"plain } text { }} ", "plain } text { }} "}, Row{"{ {{.Name}} }", "{ daily-1 }"},
        Row{R"({{"{{"}}{{"}}"}})", "{{}}"}, Row{"{{.Name}}}}", "daily-1}}"},
        Row{"fsfreeze --freeze /data", "fsfreeze --freeze /data"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Trimming, Renders,
    ::testing::Values(
        Row{"a {{.Name}} b", "a daily-1 b"}, Row{"a {{- .Name}} b", "adaily-1 b"}, Row{"a {{.Name -}} b", "a daily-1b"},
        Row{"a {{- .Name -}} b", "adaily-1b"}, Row{"{{-3}} {{- -3 -}} x", "-3-3x"}, Row{"{{3 -}} {{- 4}}", "34"},
        Row{"{{/* c }} */}}x", "x"}, Row{"a {{- /* c */ -}} b", "ab"}, Row{"a {{/* c */ -}} b", "a b"},
        Row{"a \t\015\n{{- 1 -}}\n\015\t b", "a1b"}, Row{"\302\240{{- 1 -}}\013", "\302\2401\013"},
        Row{"{{if .Name -}}\n  yes\n{{- else -}}\n  no\n{{- end}}\nend", "yes\nend"}, Row{"{{ \t.Name\n}}", "daily-1"},
        Row{"{{1 -}}   {{/* x */}}  y", "1  y"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Operands, Renders,
    ::testing::Values(
        Row{"{{.Target.Kind}} {{ .Target.Name }} {{$.Name}}", "StatefulSet db daily-1"},
        Row{"{{true}} {{false}} {{1}} {{-2}} {{+3}} {{0x1F}} {{017}} {{0o17}} {{0b101}} {{-0x10}} {{0}}",
            "true false 1 -2 3 31 15 15 5 -16 0"},
        Row{"{{9223372036854775807}} {{-9223372036854775808}}", "9223372036854775807 -9223372036854775808"},
        Row{"{{1.5}} {{.5}} {{5.}} {{1.0}} {{0.0001}} {{1e5}} {{1e6}} {{1234567.5}} {{1e20}} {{-1.5e-7}}",
            "1.5 0.5 5 1 0.0001 100000 1e+06 1.2345675e+06 1e+20 -1.5e-07"},
        Row{R"({{"a\tb\n\\\"\x41\u00e9\U0001F600\101"}})", "a\tb\n\\\"A\303\251\360\237\230\200A"},
        Row{R"({{`raw \n "x" }}`}})", R"(raw \n "x" }})"},
        Row{"{{.RetryLeft}} {{.Half}} {{.Three}} {{.Nothing}}", "2 2.5 3 <no value>"},
        Row{"{{.List}} {{.Map}} {{.Empty}}",
            "[a 1 <nil> true] map[a:map[x:<nil>] b:1] map[List:[] Map:map[] Number:0 Text:]"},
        Row{"{{`a\015\nb`}}", "a\nb"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Pipelines, Renders,
    ::testing::Values(
        Row{"{{.Name | upper}} {{.Name|upper|lower}}", "DAILY-1 daily-1"},
        Row{"{{upper (lower .Name)}} {{(.Name)}} {{((1))}} {{(.Name) | upper}}", "DAILY-1 daily-1 1 DAILY-1"},
        Row{R"({{"b" | printf "%s-%s" "a"}} {{2 | eq 1 2}})", "a-b false"},
        Row{"{{print (coalesce) 1}} {{print coalesce}}", "<nil> 1 <nil>"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Conditions, Renders,
    ::testing::Values(
        Row{"{{if .Name}}y{{end}}{{if .Empty.Text}}y{{end}}", "y"}, Row{"{{if .Empty.Text}}y{{else}}n{{end}}", "n"},
        Row{"{{if .Empty.Text}}a{{else if .Empty.Number}}b{{else if .Name}}c{{else}}d{{end}}", "c"},
        Row{"{{if .Empty.Text}}a{{else if .Empty.Number}}b{{end}}", ""},
        Row{"{{if .Name}}{{if eq .RetryLeft 2}}two{{else}}x{{end}}{{else}}{{if .Half}}y{{end}}{{end}}", "two"},
        Row{"{{if .Empty.List}}a{{end}}{{if .Empty.Map}}b{{end}}{{if .Nothing}}c{{end}}{{if 0.0}}d{{end}}{{if "
            "false}}e{{end}}{{if .List}}f{{end}}{{if .Map}}g{{end}}{{if 0.1}}h{{end}}",
            "fgh"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Logic, Renders,
    ::testing::Values(
        Row{R"({{and 1 0 2}}|{{and 1 2}}|{{and ""}}|{{or 0 "" "x" 1}}|{{or 0 ""}}|{{or nil}}|{{and .Nothing 1}})",
            "0|2||x||<no value>|<no value>"},
        Row{"{{or .Name .Nope}} {{and .Empty.Text .Nope}} {{if or .Name (upper 1)}}y{{end}}", "daily-1  y"},
        Row{"{{.Name | and 1}} {{.Name | and 0}} {{.Name | or 0}} {{.Name | or 1}}", "daily-1 0 daily-1 1"},
        Row{R"({{not 1}} {{not ""}} {{not nil}} {{not .List}} {{not .Empty.List}})", "false true true false true"},
        Row{R"({{eq 1 1}} {{eq 1 2}} {{eq 1 2 1}} {{eq "a" "a"}} {{eq true true}} {{eq 1.5 1.5}} {{eq 1 1 "x"}} {{eq .Three 3}})",
            "true false true true true true true true"},
        Row{"{{eq nil nil}} {{eq .Nothing nil}} {{eq .Name nil}} {{eq nil .Name}} {{eq .List nil}}",
            "true true false false false"},
        Row{R"({{ne 1 2}} {{ne "a" "a"}} {{ne nil 1}})", "true false true"},
        Row{R"({{lt 1 2}} {{le 2 2}} {{gt 2 1}} {{ge 2 3}} {{lt "a" "b"}} {{ge "b" "a"}} {{lt 1.5 2.5}} {{gt -1 1}} {{le "b" "a"}})",
            "true true true false true true true false false"},
        Row{R"({{len "héy"}} {{len .List}} {{len .Map}} {{len .Empty.Map}})", "4 4 2 0"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Printing, Renders,
    ::testing::Values(
        Row{R"({{print 1 2}}|{{print 1 "a" 2 3}}|{{print}}|{{print nil}}|{{print .List .Map}}|{{print 1 nil true}})",
            "1 2|1a2 3||<nil>|[a 1 <nil> true] map[a:map[x:<nil>] b:1]|1 <nil> true"},
        Row{R"({{println}}{{println 1 "a"}}{{println "" 1}})", "\n1 a\n 1\n"},
        Row{R"({{quote "a\"b\\\n\té\a\x00\x7f\u200b\xff😀"}} {{quote 1 nil true .Nothing "x" 1.5}} {{quote}} {{quote .List}})",
            R"("a\"b\\\n\té\a\x00\x7f\u200b\xff😀" "1" "true" "x" "1.5"  "[a 1 <nil> true]")"},
        Row{R"({{squote "a'b" 1 nil .List}} {{squote}})", "'a'b' '1' '[a 1 <nil> true]' "},
        Row{R"({{toString 1}} {{toString "a"}} {{toString nil}} {{toString .List}} {{toString 1.5}})",
            "1 a <nil> [a 1 <nil> true] 1.5"},
        Row{R"({{urlquery "a b&c=d/é~-_.+%"}} {{urlquery 1 2 "a" nil}} {{urlquery}})",
            "a+b%26c%3Dd%2F%C3%A9~-_.%2B%25 1+2a%3Cno+value%3E "},
        Row{R"({{b64enc "hello"}} {{b64enc ""}} {{b64enc "a"}})", "aGVsbG8=  YQ=="},
        Row{R"({{toJson "a<b>&\"\\\n\t\b\f\r\x01\u2028é\xff"}})",
            R"("a\u003cb\u003e\u0026\"\\\n\t\b\f\r\u0001\u2028é\ufffd")"},
        Row{"{{toJson nil}} {{toJson 1}} {{toJson 1.5}} {{toJson 1e21}} {{toJson 1e20}} {{toJson 1e-7}} {{toJson "
            "1e-6}} {{toJson -2.5e-10}} {{toJson true}} {{toJson .List}} {{toJson .Map}} {{toJson .Empty}}",
            R"(null 1 1.5 1e+21 100000000000000000000 1e-7 0.000001 -2.5e-10 true ["a",1,null,true] {"a":{"x":null},"b":1} {"List":[],"Map":{},"Number":0,"Text":""})"
        }
    )
);

INSTANTIATE_TEST_SUITE_P(
    Printf, Renders,
    ::testing::Values(
        Row{R"({{printf "%s|%d|%v|%q|%t|%x|%%" "a" 5 "v" "q\"" true 255}})", R"(a|5|v|"q\""|true|ff|%)"},
        Row{R"({{printf "%5d|%-5d|%05d|%+d|% d|%x|%X|%.3d|%8.3d|%-8.3d|%+.3d|%05d|%-05d|%+05d" 42 42 42 42 42 -42 255 7 7 7 7 -42 42 42}})",
            "   42|42   |00042|+42| 42|-2a|FF|007|     007|007     |+007|-0042|42   |+0042"},
        Row{R"({{printf "%.0d|%5.0d|%.0d" 0 0 1}})", "|     |1"},
        Row{R"({{printf "%5s|%-5s|%.2s|%5.1s|%8q|%x|%X|% x|%.1x|%+q|%.1q|%5s" "ab" "ab" "héllo" "xy" "a" "hi" "hi" "hi" "hi" "é😀" "éa" "é"}})",
            R"(   ab|ab   |hé|    x|     "a"|6869|6869|68 69|68|"\u00e9\U0001f600"|"é"|    é)"},
        Row{R"({{printf "%f|%.2f|%8.3f|%-8.1f|%08.2f|%+f|%e|%.3e|%g|%.3g|%v|%.0f|%.3v" 1.5 3.14159 3.14159 2.25 -2.5 1.0 12345.678 0.00012 1e6 1234567.0 1e21 2.5 3.14159}})",
            "1.500000|3.14|   3.142|2.2     |-0002.50|+1.000000|1.234568e+04|1.200e-04|1e+06|1.23e+06|1e+21|2|3.14"},
        Row{R"({{printf "%t|%5t|%-6t|%v" true true false true}} {{printf "%q|%q|%+q|%q" 65 39 233 -1}})",
            R"(true| true|false |true 'A'|'\''|'\u00e9'|'�')"},
        Row{R"({{printf "%v|%s|%d|%5v|%v" .List .List .List .Map nil}})",
            "[a 1 <nil> true]|[a %!s(int=1) <nil> %!s(bool=true)]|[%!d(string=a) 1 <nil> %!d(bool=true)]|map[    "
            "a:map[    x:<nil>]     b:    1]|<nil>"},
        Row{R"({{printf "%d" "x"}} {{printf "%s" 5}} {{printf "%t" 1}} {{printf "%d" nil}} {{printf "%z" 1}} {{printf "%d" 1.5}} {{printf "%s" true}} {{printf "%!" 3}} {{printf "%5d" "x"}} {{printf "%+d" 1.5}})",
            "%!d(string=x) %!s(int=5) %!t(int=1) %!d(<nil>) %!z(int=1) %!d(float64=1.5) %!s(bool=true) %!!(int=3) "
            "%!d(string=    x) %!d(float64=+1.5)"},
        Row{R"({{printf "%d %d" 1}} {{printf "x" 1 "a" nil}} {{printf "%"}} {{printf "%5"}} {{printf "%é" 1}} {{printf "é"}})",
            "1 %!d(MISSING) x%!(EXTRA int=1, string=a, <nil>) %!(NOVERB) %!(NOVERB) %!é(int=1) é"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Texts, Renders,
    ::testing::Values(
        Row{R"({{upper "aBc1"}} {{lower "ABC"}} {{title "hello wORLD foo_bar x-y 1st o'neil"}})",
            "ABC1 abc Hello WORLD Foo_bar X-Y 1st O'Neil"},
        Row{R"([{{trim "  \t\n a b \u00a0\u3000"}}] [{{trim "   "}}] [{{trim "\xff "}}])", "[a b] [] [\377]"},
        Row{R"({{trimAll "$x" "$x5$x"}}|{{trimAll "" "abc"}}|{{trimAll "é" "éaé"}}|{{trimAll "a" "aaa"}})", "5|abc|a|"},
        Row{R"({{trimSuffix "c" "abc"}} {{trimSuffix "" "abc"}} {{trimSuffix "x" "abc"}} {{trimPrefix "a" "abc"}} {{trimPrefix "abcd" "abc"}})",
            "ab abc abc bc abc"},
        Row{R"({{replace "a" "b" "banana"}}|{{replace "" "-" "aé"}}|{{replace "" "-" ""}}|{{replace "x" "y" "banana"}}|{{replace "an" "" "banana"}}|{{replace "aa" "b" "aaaaa"}})",
            "bbnbnb|-a-é-|-|banana|ba|bba"},
        Row{R"({{contains "an" "banana"}} {{contains "" ""}} {{contains "zz" "banana"}} {{hasPrefix "ba" "banana"}} {{hasPrefix "x" ""}} {{hasSuffix "na" "banana"}} {{hasSuffix "banana!" "banana"}})",
            "true true false true false true false"},
        Row{R"({{trunc 3 "abcdef"}}|{{trunc -3 "abcdef"}}|{{trunc 0 "abc"}}|{{trunc 9 "abc"}}|{{trunc -3 "abc"}}|{{trunc -9 "abc"}}|{{trunc .RetryLeft "abc"}}|{{trunc -9223372036854775808 "abc"}})",
            "abc|def||abc|abc|abc|ab|abc"},
        Row{R"({{repeat 3 "ab"}}|{{repeat 0 "ab"}}|{{"x" | repeat 2}})", "ababab||xx"},
        Row{R"({{indent 2 "a\nb"}}|{{nindent 2 "a\nb\n"}}|{{indent 0 "a"}}|{{indent 1 ""}}|{{"x" | nindent 4}})",
            "  a\n  b|\n  a\n  b\n  |a| |\n    x"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Choices, Renders,
    ::testing::Values(
        Row{R"({{default "x" ""}}|{{default "x" 0}}|{{default "x" 5}}|{{default "x"}}|{{default "x" nil}}|{{.Empty.Text | default "d"}}|{{default "x" "a" "b"}}|{{default "x" .Empty.List}})",
            "x|x|5|x|x|d|a|x"},
        Row{R"({{empty ""}} {{empty 0}} {{empty nil}} {{empty .Empty.List}} {{empty "x"}} {{empty false}} {{empty 0.0}})",
            "true true true true false true true"},
        Row{R"({{coalesce 0 "" nil "z" "y"}}|{{coalesce}}|{{coalesce "" nil}})", "z|<no value>|<no value>"},
        Row{R"({{ternary "a" "b" true}} {{ternary "a" "b" false}} {{true | ternary 1 2}} {{eq 1 1 | ternary nil 2}})",
            "a b 1 <no value>"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Numbers, Renders,
    ::testing::Values(
        Row{R"({{int "7"}} {{int "0x1f"}} {{int "0X1F"}} {{int "010"}} {{int "0b11"}} {{int "0o17"}} {{int "+5"}} {{int "-5"}} {{int "-0x1F"}} {{int "1.0"}} {{int "1.00"}} {{int "0"}})",
            "7 31 31 8 3 15 5 -5 -31 1 1 0"},
        Row{R"({{int "1.5"}} {{int "x"}} {{int ""}} {{int " 5"}} {{int "1."}} {{int ".0"}} {{int "08"}} {{int nil}} {{int true}} {{int 2.9}} {{int -2.9}} {{int .List}} {{int "0x"}} {{int "-"}})",
            "0 0 0 0 0 0 0 0 1 2 -2 0 0 0"},
        Row{R"({{int "9223372036854775808"}} {{int "-9223372036854775808"}} {{int 1e30}})",
            "0 -9223372036854775808 -9223372036854775808"},
        Row{R"({{add 1 2 3}} {{add}} {{add "5" 1}} {{add 1.9 1}} {{add 9223372036854775807 1}} {{sub 5 2}} {{sub 1 "x"}} {{5 | sub 2}} {{sub -9223372036854775808 1}})",
            "6 0 6 2 -9223372036854775808 3 1 -3 9223372036854775807"}
    )
);

class Refuses : public ::testing::TestWithParam<Row> {};

TEST_P(Refuses, WithPlaceAndRemedy) { EXPECT_EQ(find_template_problem(GetParam().text), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    Forms, Refuses,
    ::testing::Values(
        Row{"{{ .Name", "1:1: this {{ is never closed: add }}"},
        Row{"a\nß {{/* x }}", "2:3: this comment is never closed: add */}}"},
        Row{"{{/* x */ }}", "1:1: a comment needs an action of its own: {{/* … */}}"},
        Row{"{{ (.Name }}", "1:4: this ( is never closed: add )"},
        Row{"{{ .Name) }}", "1:9: this ) closes nothing: remove it, or add ("},
        Row{"{{ \"a }}", "1:4: this text is never closed: add \" (a line break in it is written \\n)"},
        Row{"{{ \"a\nb\" }}", "1:4: this text is never closed: add \" (a line break in it is written \\n)"},
        Row{"{{ `a }}", "1:4: this text is never closed: add `"},
        Row{"{{ 'a' }}", "1:4: text stands in double quotes or back quotes, not in single quotes"},
        Row{R"({{ "a\q" }})",
            R"(1:4: \q is no escape sequence in text: write \\ for a backslash, or put the text in back quotes)"},
        Row{R"({{ "\ud800" }})",
            R"(1:4: \u is no escape sequence in text: write \\ for a backslash, or put the text in back quotes)"},
        Row{"{{ % }}",
            "1:4: unexpected %: an action holds fields, text in quotes, numbers, functions, | and parentheses"},
        Row{"{{ .my-name }}",
            "1:7: unexpected -: an action holds fields, text in quotes, numbers, functions, | and parentheses"},
        Row{"{{ 12x }}", "1:4: 12x is no number that fits: put text in quotes"},
        Row{"{{ 08 }}", "1:4: 08 is no number that fits: put text in quotes"},
        Row{"{{ 0x }}", "1:4: 0x is no number that fits: put text in quotes"},
        Row{"{{ - }}", "1:4: - is no number that fits: put text in quotes"},
        Row{"{{ 9223372036854775808 }}", "1:4: 9223372036854775808 is no number that fits: put text in quotes"},
        Row{"{{}}", "1:3: a field, text, number or function is missing before }}"},
        Row{"{{ .Name | }}", "1:12: a field, text, number or function is missing before }}"},
        Row{"{{ print () }}", "1:11: a field, text, number or function is missing before )"},
        Row{"{{ print \"a\"\"b\" }}", "1:13: put a space before \"b\""},
        Row{"{{ upper(.Name) }}", "1:9: put a space before ("}, Row{"{{ .Name. }}", "1:9: put a space before ."},
        Row{"{{ (.Target).Name }}",
            "1:13: .Name after a parenthesis is not supported: name the field in the parentheses"},
        Row{"{{ .Name .Name }}", "1:10: .Name is no function and takes no arguments"},
        Row{"{{ .Name | .Name }}", "1:12: only a function may follow |"},
        Row{"{{ .Name | (upper) }}", "1:13: upper takes 1 argument(s), not 0"},
        Row{"{{ nil }}", "1:4: nil stands as an argument only"},
        Row{"{{ eq lower .Name \"a\" }}", "1:7: put lower and its arguments in parentheses"},
        Row{"{{ upper }}", "1:4: upper takes 1 argument(s), not 0"},
        Row{"{{ .Name | upper .Name }}", "1:12: upper takes 1 argument(s), not 2"},
        Row{"{{ eq .Name }}", "1:4: eq takes at least 2 argument(s), not 1"}
    )
);

constexpr std::string_view kNoVariables =
    "1:4: variables are not supported in the templates of hooks: write the expression in its place, in parentheses";

INSTANTIATE_TEST_SUITE_P(
    Statements, Refuses,
    ::testing::Values(
        Row{"{{ $x := 1 }}", kNoVariables}, Row{"{{ $x }}", kNoVariables}, Row{"{{ := }}", kNoVariables},
        Row{"{{ range .Name }}{{ end }}",
            "1:4: range is not supported in the templates of hooks: there are if, else if, else and end"},
        Row{"{{with .Name}}{{end}}",
            "1:3: with is not supported in the templates of hooks: there are if, else if, else and end"},
        Row{"{{define \"x\"}}{{end}}",
            "1:3: define is not supported in the templates of hooks: there are if, else if, else and end"},
        Row{"{{block \"x\" .}}{{end}}",
            "1:3: block is not supported in the templates of hooks: there are if, else if, else and end"},
        Row{"{{template \"x\"}}",
            "1:3: template is not supported in the templates of hooks: there are if, else if, else and end"},
        Row{"\n {{if .Name}}a", "2:2: this {{if}} has no {{end}}: add it"},
        Row{"{{if .Name}}a{{else}}", "1:1: this {{if}} has no {{end}}: add it"},
        Row{"{{if .Name}}{{if .Name}}{{end}}", "1:1: this {{if}} has no {{end}}: add it"},
        Row{"a{{end}}", "1:2: {{end}} without {{if}}: remove it"},
        Row{"{{else}}", "1:1: {{else}} without {{if}}: remove it"},
        Row{"{{if .Name}}{{else}}{{else}}{{end}}",
            "1:23: an {{if}} has one {{else}} only: {{else if …}} stands before it"},
        Row{"{{if .Name}}{{else .Name}}{{end}}", "1:20: after else stands nothing, or if and a condition"},
        Row{"{{if .Name}}{{else with .Name}}{{end}}", "1:20: after else stands nothing, or if and a condition"},
        Row{"{{if .Name}}{{end .Name}}", "1:19: nothing follows end: write {{end}}"},
        Row{"{{if}}{{end}}", "1:5: a field, text, number or function is missing before }}"},
        Row{"{{print if}}", "1:9: if stands at the beginning of an action only"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Types, Refuses,
    ::testing::Values(
        Row{"{{ eq .RetryLeft \"1\" }}",
            "1:4: eq: 1 (int) and 1 (string) cannot be compared: numbers stand without quotes, text in quotes"},
        Row{"{{ eq 1 1.0 }}",
            "1:4: eq: 1 (int) and 1 (float64) cannot be compared: numbers stand without quotes, text in quotes"},
        Row{"{{ lt true false }}",
            "1:4: lt: true (bool) and false (bool) cannot be compared: numbers stand without quotes, text in quotes"},
        Row{"{{ .RetryLeft | upper }}", "1:17: upper: argument 1 must be text, not 1 (int): use toString"},
        Row{"{{ trunc \"2\" .Name }}", "1:4: trunc: argument 1 must be an integer, not 2 (string)"},
        Row{"{{ ternary 1 2 .Name }}", "1:4: ternary: argument 3 must be true or false, not sample (string)"},
        Row{"{{ len .RetryLeft }}", "1:4: len: 1 (int) has no length"},
        Row{"{{ printf 5 }}", "1:4: printf: argument 1 must be text, not 5 (int): use toString"},
        Row{"{{ printf \"%U\" 5 }}",
            "1:4: printf: %U is not supported: it knows %v %s %d %q %t %x %X %f %e %g %%, the flags - + 0 and space, "
            "width and precision"},
        Row{"{{ printf \"%9999999d\" 5 }}", "1:4: printf: a width or precision is too large"}
    )
);

constexpr std::string_view kFields =
    "there are .Name, .Namespace, .Invoker.APIGroup, .Invoker.Kind, .Invoker.Name, .Target.APIVersion, .Target.Kind, "
    ".Target.Name, .Target.Namespace, .Status.Phase, .Status.Duration, .Status.Error, .RetryLeft";
constexpr std::string_view kFunctions =
    "there are add, and, b64enc, coalesce, contains, default, empty, eq, ge, gt, hasPrefix, hasSuffix, indent, int, "
    "le, "
    "len, lower, lt, ne, nindent, not, or, print, printf, println, quote, repeat, replace, squote, sub, ternary, "
    "title, "
    "toJson, toString, trim, trimAll, trimPrefix, trimSuffix, trunc, upper, urlquery. Fields begin with a dot, text "
    "stands in quotes";

TEST(FindTemplateProblem, ListsTheFields) {
  for (const std::string_view name : {"Nmae", "Target.Nmae", "Name.Length", "status", "Target.Name.X"}) {
    EXPECT_EQ(
        find_template_problem(fmt::format("a {{{{.{}}}}}", name)),
        fmt::format("1:5: there is no .{}; {}", name, kFields)
    );
  }
  EXPECT_EQ(find_template_problem("{{ $.Nope }}"), fmt::format("1:4: there is no .Nope; {}", kFields));
}

TEST(FindTemplateProblem, KnowsTheFields) {
  for (const auto* name :
       {"Name", "Namespace", "Invoker.APIGroup", "Invoker.Kind", "Invoker.Name", "Target.APIVersion", "Target.Kind",
        "Target.Name", "Target.Namespace", "Status.Phase", "Status.Duration", "Status.Error", "RetryLeft", "Status",
        "Target", "Invoker"}) {
    EXPECT_EQ(find_template_problem(fmt::format("{{{{ .{} }}}}", name)), "");
  }
  EXPECT_EQ(find_template_problem("{{ . | toJson }}{{ gt .RetryLeft 0 }}{{ trunc .RetryLeft .Name }}"), "");
}

TEST(FindTemplateProblem, ListsTheFunctions) {
  EXPECT_EQ(
      find_template_problem("{{ upcase .Name }}"), fmt::format("1:4: there is no function upcase; {}", kFunctions)
  );
  // What would read secrets, the clock or other objects is not there.
  for (const auto* name : {"env", "expandenv", "now", "lookup", "include", "getHostByName", "randAlpha"}) {
    EXPECT_THAT(find_template_problem(fmt::format("{{{{ {} }}}}", name)), HasSubstr("there is no function"));
  }
}

TEST(FindTemplateProblem, LooksIntoEveryBranch) {
  constexpr std::string_view kBad = "{{.Nope}}";
  for (const std::string_view text :
       {"{{if .Name}}{}{{end}}", "{{if not .Name}}{}{{end}}", "{{if .Name}}{{else}}{}{{end}}",
        "{{if .Name}}{{else if .Name}}{}{{end}}", "{{if .Name}}{{else if .Name}}{{else}}{}{{end}}",
        "{{if .Name}}{{if not .Name}}{{else}}{{if false}}{}{{end}}{{end}}{{end}}"}) {
    std::string filled(text);
    filled.replace(filled.find("{}"), 2, kBad);
    EXPECT_THAT(find_template_problem(filled), HasSubstr("there is no .Nope")) << filled;
    filled.replace(filled.find(kBad), kBad.size(), "{{.Name}}");
    EXPECT_EQ(find_template_problem(filled), "") << filled;
  }
  EXPECT_THAT(find_template_problem("{{if .Name}}{{else if .Nope}}{{end}}"), HasSubstr("there is no .Nope"));
  EXPECT_THAT(find_template_problem("{{ or .Name .Nope }}{{ and false .Nope }}"), HasSubstr("1:13: there is no .Nope"));
  EXPECT_THAT(find_template_problem("{{ and false .Nope }}"), HasSubstr("there is no .Nope"));
}

TEST(RenderTemplate, NamesTheFieldThatIsMissing) {
  EXPECT_EQ(
      render_template("{{ .B.d }}", {{"A", 1}, {"B", {{"c", "x"}}}}).error().message,
      "1:4: there is no .B.d; there are .A, .B.c"
  );
  EXPECT_EQ(render_template("{{ .B }}", {}).error().code, Code::kInvalid);
  json::Object many;
  for (int i = 0; i < 100; ++i) many[fmt::format("f{}", i)] = i;
  const std::string message = render_template("{{ .Nope }}", many).error().message;
  EXPECT_THAT(message, HasSubstr(".f39, …"));
}

TEST(RenderTemplate, ReadsNegativeCountsAsZero) {
  EXPECT_EQ(render(R"([{{repeat -1 "ab"}}] {{indent -1 "ab"}} {{repeat 9223372036854775807 ""}})"), "[] ab ");
}

TEST(RenderTemplate, TakesTheLargestNumbersOfJson) {
  const json::Object numbers{{"A", 18446744073709551615U}, {"B", 7U}, {"C", 1e300}, {"D", json::Array{2.0, 2.5}}};
  EXPECT_EQ(*render_template("{{.A}} {{.B}} {{.C}} {{.D}}", numbers), "1.8446744073709552e+19 7 1e+300 [2 2.5]");
}

constexpr std::string_view kSlack =
    R"t({"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"{{if eq .Status.Phase "Succeeded"}}:white_check_mark: Backup succeeded for {{ .Namespace }}/{{ .Name }}{{else}}:x: Backup failed for {{.Target.Kind}} {{ .Target.Name }} Reason: {{ .Status.Error }}{{end}}"}}]})t";

TEST(RenderTemplate, WritesTheSlackMessageOfStashsDocumentation) {
  json::Object facts = data();
  facts["Status"].get_object()["Error"] = "disk full";
  EXPECT_EQ(
      *render_template(kSlack, facts),
      R"({"blocks":[{"type":"section","text":{"type":"mrkdwn","text":":x: Backup failed for StatefulSet db Reason: disk full"}}]})"
  );
  facts["Status"].get_object()["Phase"] = "Succeeded";
  EXPECT_EQ(
      *render_template(kSlack, facts),
      R"({"blocks":[{"type":"section","text":{"type":"mrkdwn","text":":white_check_mark: Backup succeeded for demo/daily-1"}}]})"
  );
  EXPECT_EQ(find_template_problem(kSlack), "");
}

// An error message may hold quotes: toJson (or quote) is what keeps the body JSON.
TEST(RenderTemplate, KeepsJsonValidWithToJson) {
  const auto body = json::parse(render(R"({"text": {{ printf "failed: %s" .Status.Error | toJson }}})"));
  ASSERT_TRUE(body);
  EXPECT_EQ(json::find_string(*body, "/text"), "failed: no \"space\" <left>");
}

TEST(Limits, NestingHasABottom) {
  EXPECT_EQ(find_template_problem(repeated("{{if .Name}}", 64) + repeated("{{end}}", 64)), "");
  EXPECT_THAT(find_template_problem(repeated("{{if .Name}}", 65)), HasSubstr("nest more than 64 deep here"));
  EXPECT_EQ(find_template_problem("{{" + repeated("(", 64) + "1" + repeated(")", 64) + "}}"), "");
  EXPECT_THAT(
      find_template_problem("{{" + repeated("(", 9999) + "1" + repeated(")", 9999) + "}}"),
      HasSubstr("nest more than 64 deep here")
  );
  EXPECT_EQ(find_template_problem("{{if .Name}}" + repeated("{{else if .Name}}", 9999) + "{{end}}"), "");
}

TEST(Limits, NothingGrowsBeyondAMebibyte) {
  EXPECT_EQ(render("{{ repeat 1048576 \"x\" | len }}"), "1048576");
  EXPECT_EQ(render("{{ repeat 1048577 \"x\" | len }}"), "error: 1:4: repeat: its answer is longer than 1 MiB");
  EXPECT_EQ(render(R"({{ repeat 9223372036854775807 "xy" }})"), "error: 1:4: repeat: its answer is longer than 1 MiB");
  EXPECT_EQ(
      render(R"({{ replace "a" (repeat 1000 "b") (repeat 10000 "a") }})"),
      "error: 1:4: replace: its answer is longer than 1 MiB"
  );
  EXPECT_EQ(
      render(R"({{ indent 100000 (repeat 10000 "\n") }})"), "error: 1:4: indent: its answer is longer than 1 MiB"
  );
  EXPECT_EQ(
      render(R"({{ printf "%1000000d%1000000d" 1 2 }})"),
      "error: 1:4: printf: it writes more than 1 MiB: use smaller widths"
  );
  EXPECT_EQ(render(R"({{ repeat 1000000 "\x00" | toJson }})"), "error: 1:28: toJson: its answer is longer than 1 MiB");
  EXPECT_EQ(
      render(R"({{ repeat 1000000 "x" }}{{ repeat 1000000 "x" }})"),
      "error: the template writes more than 1 MiB: shorten it"
  );
  EXPECT_EQ(
      render(repeated("{{ repeat 1000000 \"x\" | len }}", 20)),
      "error: 1:244: the template works on more than 16 MiB of text: shorten it"
  );
  EXPECT_EQ(render(std::string(300000, 'x')), "error: the template is longer than 256 KiB");
}

// A search in text of this kind takes hours when it is quadratic.
TEST(Limits, SearchesTakeLinearTime) {
  constexpr std::string_view kSearch =
      R"({{ contains (print (repeat 500000 "a") "b") (repeat 1000000 "a") }} {{ replace (print (repeat 400000 "a") "b") "" (repeat 800000 "a") | len }})";
  EXPECT_EQ(render(kSearch), "false 800000");
}

RC_GTEST_PROP(RenderTemplate, LeavesTextWithoutActionsAlone, (const std::string& text)) {
  RC_PRE(text.find("{{") == std::string::npos);
  RC_ASSERT(render_template(text, {}).value() == text);
}

// Quoted as a Go string, any text comes through; as JSON, any that is UTF-8.
RC_GTEST_PROP(RenderTemplate, QuoteIsWhatTheLexerReads, (const std::string& text)) {
  json::Object object;
  object["A"] = json::make_string(text);
  const auto literal = render_template("{{ quote .A }}", object).value();
  RC_ASSERT(render_template("{{" + literal + "}}", {}).value() == text);
  RC_ASSERT(json::parse(render_template("{{ toJson .A }}", object).value()).has_value());
}

RC_GTEST_PROP(RenderTemplate, AnswersForAnyMixOfItsTokens, ()) {
  const auto tokens = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
      std::vector<std::string>{"{{",     "}}",     "{{- ",    " -}}", "(",  ")",  "|",  " ",    ".Name", "$",   ".",
                               "if ",    "else",   "end",     "\"",   "`",  "\\", "1",  "-",    "e",     "nil", "true",
                               "print ", "upper ", "printf ", "%",    "/*", "*/", "\n", "\xC3", "eq ",   "or "}
  ));
  std::string text;
  for (const std::string& token : tokens) text += token;
  const auto rendered = render_template(text, data());
  RC_ASSERT((rendered.has_value() || (rendered.error().code == Code::kInvalid && !rendered.error().message.empty())));
  // What passes the check never fails for its form.
  const std::string problem = find_template_problem(text);
  RC_ASSERT((rendered.has_value() || !problem.empty()));
}

}  // namespace
}  // namespace snapstash::api
