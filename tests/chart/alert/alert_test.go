// Package alert checks the chart's alert rules with Prometheus' own parser and engine. What each alert makes of which
// series is in cases/ALERT.yaml.
package alert

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
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
	files, err := filepath.Glob("cases/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(expressions) == 0 || len(expressions) != len(files) {
		t.Errorf("alerts: %v, cases: %v", expressions, files)
	}
}

// situation is what Prometheus has collected, one value a minute, and what the alert makes of it: a line for each
// firing, in the form of promqltest. The engine's time begins at 0, so times are seconds after the epoch.
type situation struct {
	Name   string
	Series []string
	At     string
	Fires  []string
}

func TestEveryAlertFiresAndIsQuiet(t *testing.T) {
	_, expressions := rules(t)
	for alert, expression := range expressions {
		text, err := os.ReadFile("cases/" + alert + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var situations []situation
		if err := yaml.Unmarshal(text, &situations); err != nil {
			t.Fatal(err)
		}
		firing := 0
		for _, each := range situations {
			if len(each.Fires) > 0 {
				firing++
			}
			t.Run(alert+"/"+each.Name, func(t *testing.T) {
				lines := append([]string{"load 1m"}, each.Series...)
				script := strings.Join(lines, "\n  ") + "\n\n"
				script += strings.Join(append([]string{"eval instant at " + each.At + " " + expression}, each.Fires...), "\n  ") + "\n"
				promqltest.RunTest(t, script, promqltest.NewTestEngine(t, false, 0, promqltest.DefaultMaxSamplesPerQuery))
			})
		}
		if firing == 0 || firing == len(situations) {
			t.Errorf("%s fires in %d of %d cases", alert, firing, len(situations))
		}
	}
}
