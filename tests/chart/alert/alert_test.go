// Package alert checks the chart's alert rules with Prometheus' own parser and engine.
package alert

import (
	"fmt"
	"log/slog"
	"os/exec"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"go.yaml.in/yaml/v3"
)

// rules returns the groups that `helm template` renders, as a file of Prometheus', and the expressions by alert.
func rules(t *testing.T) (string, map[string]string) {
	t.Helper()
	rendered, err := exec.Command("helm", "template", "snapstash", "../../../deploy/chart", "--namespace", "backup",
		"--set", "metrics.prometheusRule.enabled=true", "--show-only", "templates/prometheusrule.yaml").Output()
	if err != nil {
		t.Fatal(err)
	}
	var rule struct {
		Spec struct {
			Groups []struct {
				Name  string
				Rules []map[string]any
			}
		}
	}
	if err := yaml.Unmarshal(rendered, &rule); err != nil {
		t.Fatal(err)
	}
	file, err := yaml.Marshal(map[string]any{"groups": rule.Spec.Groups})
	if err != nil {
		t.Fatal(err)
	}
	expressions := map[string]string{}
	for _, each := range rule.Spec.Groups[0].Rules {
		expressions[each["alert"].(string)] = strings.Join(strings.Fields(each["expr"].(string)), " ")
	}
	return string(file), expressions
}

func TestPrometheusAcceptsTheRules(t *testing.T) {
	file, expressions := rules(t)
	if _, errs := rulefmt.Parse([]byte(file), false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.Default()); len(errs) > 0 {
		t.Error(errs)
	}
	if len(expressions) != 2 {
		t.Errorf("alerts: %v", expressions)
	}
}

const (
	success  = "snapstash_backup_last_success_timestamp_seconds"
	created  = "snapstash_backupconfiguration_created_timestamp_seconds"
	interval = "snapstash_backup_expected_interval_seconds"
)

// Times are seconds after the epoch, where the engine's time begins; the backup's interval is an hour.
func TestOverdue(t *testing.T) {
	_, expressions := rules(t)
	expression := expressions["SnapstashBackupOverdue"]
	backup := `{namespace="shop", name="database"}`
	pods := func(metric string, value int) string {
		return fmt.Sprintf("  %s{namespace=\"shop\", name=\"database\", pod=\"one\"} %dx300\n", metric, value)
	}
	for name, test := range map[string]struct {
		series string
		fires  string // seconds since the last success, or none
		at     string
	}{
		"quiet within two intervals":    {pods(created, 0) + pods(interval, 3600) + pods(success, 600), "", "130m"},
		"fires after two intervals":     {pods(created, 0) + pods(interval, 3600) + pods(success, 600), "7260", "131m"},
		"quiet for a new configuration": {pods(created, 0) + pods(interval, 3600), "", "120m"},
		"fires when it never succeeded": {pods(created, 0) + pods(interval, 3600), "7260", "121m"},
		"a success of 0 is none":        {pods(created, 600) + pods(interval, 3600) + pods(success, 0), "", "121m"},
		"quiet without an interval":     {pods(created, 0) + pods(success, 600), "", "300m"},
		"the newest success counts": {pods(created, 0) + pods(interval, 3600) + pods(success, 600) +
			"  " + success + `{namespace="shop", name="database", pod="two"} 1200x300` + "\n", "", "131m"},
		"another namespace is another backup": {pods(created, 0) + pods(interval, 3600) +
			"  " + success + `{namespace="stage", name="database"} 7200x300` + "\n", "7260", "121m"},
	} {
		t.Run(name, func(t *testing.T) {
			want := ""
			if test.fires != "" {
				want = "  " + backup + " " + test.fires + "\n"
			}
			script := strings.ReplaceAll("load 1m\n"+test.series, "x300", "+0x300") +
				"\neval instant at " + test.at + " " + expression + "\n" + want
			promqltest.RunTest(t, script, promqltest.NewTestEngine(t, false, 0, promqltest.DefaultMaxSamplesPerQuery))
		})
	}
}

func TestOperatorDown(t *testing.T) {
	_, expressions := rules(t)
	expression := expressions["SnapstashOperatorDown"]
	for name, test := range map[string]struct{ series, want string }{
		"up":          {`up{job="snapstash", namespace="backup", pod="one"} 1+0x10`, ""},
		"one of two":  {`up{job="snapstash", namespace="backup", pod="one"} 0+0x10` + "\n  " + `up{job="snapstash", namespace="backup", pod="two"} 1+0x10`, ""},
		"down":        {`up{job="snapstash", namespace="backup", pod="one"} 0+0x10`, "{} 1"},
		"gone":        {`up{job="other", namespace="backup"} 1+0x10`, "{} 1"},
		"another one": {`up{job="snapstash", namespace="elsewhere"} 1+0x10`, "{} 1"},
	} {
		t.Run(name, func(t *testing.T) {
			script := "load 1m\n  " + test.series + "\n\neval instant at 5m " + expression + "\n"
			if test.want != "" {
				script += "  " + test.want + "\n"
			}
			promqltest.RunTest(t, script, promqltest.NewTestEngine(t, false, 0, promqltest.DefaultMaxSamplesPerQuery))
		})
	}
}
