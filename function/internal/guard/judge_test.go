package guard

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

func TestMatch(t *testing.T) {
	cases := map[string]struct {
		reason        string
		pattern, text string
		want          bool
	}{
		"Same":       {"Without * a pattern is a text.", "a.example.com", "a.example.com", true},
		"Prefix":     {"The whole text must match.", "team", "team-shop", false},
		"Dot":        {"A dot is a dot.", "a.example.com", "aXexample.com", false},
		"Everything": {"* alone is everything.", "*", "a/b:c", true},
		"Nothing":    {"* is also no character.", "team-*", "team-", true},
		"Slash":      {"* goes past a slash.", "registry/shop/*", "registry/shop/a/b:1", true},
		"Between":    {"The ends must match.", "a*c", "abd", false},
		"Twice":      {"The beginning and the end are not the same characters.", "ab*ba", "aba", false},
		"Subdomain": {
			"A suffix with a dot does not match another domain.", "*.example.com", "evilexample.com", false,
		},
		"Case":        {"Capitals are other characters.", "team-*", "Team-a", false},
		"Inside":      {"Parts are found in order.", "*a*b*", "xbxa", false},
		"InsideOrder": {"Parts are found in order.", "*a*b*", "xaxbx", true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := match(tc.pattern, tc.text); got != tc.want {
				t.Errorf("%s\nmatch(%q, %q) = %t", tc.reason, tc.pattern, tc.text, got)
			}
		})
	}
}

func TestOverlap(t *testing.T) {
	cases := []struct {
		a, b string
		want bool
	}{
		{"team-shop", "team-shop", true}, {"team-shop", "team-pay", false}, {"team-*", "team-shop", true},
		{"team-*", "*-shop", true}, {"team-*", "shop-*", false}, {"*", "anything", true},
		{"a*b", "b*a", false}, {"a*c", "ab*", true}, {"a*", "", false}, {"*", "", true},
	}
	for _, tc := range cases {
		for _, p := range [][2]string{{tc.a, tc.b}, {tc.b, tc.a}} {
			if got := anyOverlaps(p[:1], p[1:]); got != tc.want {
				t.Errorf("%q and %q overlap: got %t, want %t", p[0], p[1], got, tc.want)
			}
		}
	}
}

// named is an open guardrail with a name.
func named(t *testing.T, name, spec string) map[string]any {
	t.Helper()
	g := guardrail(t, spec)
	g["metadata"] = map[string]any{"name": name}
	return g
}

func TestChoose(t *testing.T) {
	others := named(t, "others", `namespaces: ["*"]`)
	shop := named(t, "shop", `namespaces: [team-shop], precedence: 10`)
	shops := named(t, "shops", `namespaces: ["team-shop*"], precedence: 10`)
	pay := named(t, "pay", `namespaces: [team-pay]`)
	newer := named(t, "newer", `precedence: 20`)
	newer["spec"].(map[string]any)["forbid"] = map[string]any{"caches": true}
	broken := map[string]any{
		"metadata": map[string]any{"name": "broken"}, "spec": map[string]any{"namespaces": "team-pay"},
	}
	newerElsewhere := map[string]any{
		"metadata": newer["metadata"], "spec": map[string]any{"namespaces": []any{"team-pay"}, "forbid": true},
	}

	cases := map[string]struct {
		reason string
		all    []map[string]any
		want   string
		exist  bool
		err    string
	}{
		"None": {reason: "Without guardrails there is none."},
		"NoMatch": {
			reason: "A guardrail of another namespace does not apply, but it is there.",
			all:    []map[string]any{pay}, exist: true,
		},
		"Highest": {
			reason: "The highest precedence applies, alone.",
			all:    []map[string]any{others, shop, pay}, want: "shop", exist: true,
		},
		"OtherOrder": {
			reason: "The order does not matter.",
			all:    []map[string]any{pay, shop, others}, want: "shop", exist: true,
		},
		"Tie": {
			reason: "Two of one precedence: neither applies, and both are named.",
			all:    []map[string]any{shops, others, shop},
			err: "cannot tell which guardrail applies: shop and shops match namespace team-shop with precedence 10; " +
				"ask the platform team to give them different ones",
		},
		"Newer": {
			reason: "A field that this version does not know may be a bound.", all: []map[string]any{others, newer},
			err: `cannot read guardrail newer: json: unknown field "forbid"`,
		},
		"NewerElsewhere": {
			reason: "A guardrail for other namespaces does not matter.",
			all:    []map[string]any{shop, newerElsewhere}, want: "shop", exist: true,
		},
		"Unreadable": {
			reason: "A guardrail that does not tell whom it bounds may bound this claim.",
			all:    []map[string]any{shop, broken},
			err:    "cannot read guardrail broken: its namespaces and precedence do not tell whom it bounds",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Choose(tc.all, "team-shop")
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("%s\ngot error %v, want %q", tc.reason, err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			name := ""
			if got.Guardrail != nil {
				name = got.Guardrail.Name
			}
			if name != tc.want || got.Exist != tc.exist {
				t.Errorf("%s\ngot %q (exist: %t), want %q (exist: %t)", tc.reason, name, got.Exist, tc.want, tc.exist)
			}
		})
	}
}

// TestFileWithoutDefaults: a render reads a guardrail from a file without the API
// server's defaults. A missing default must not refuse everything.
func TestFileWithoutDefaults(t *testing.T) {
	choice := chosen(t, map[string]any{"metadata": map[string]any{"name": "g"}, "spec": map[string]any{
		"namespaces": []any{"team-shop"},
		"allow": map[string]any{
			"providerConfigs": []any{map[string]any{"name": "default"}}, "images": []any{"*"},
		},
	}})
	j := judged(t, Input{Claim: claim(t, `tags: {team: x}, alarms: {emails: [a@example.com]}`), Choice: choice})
	if got := refusals(j); got != "" {
		t.Errorf("a claim within the defaults is refused: %s", got)
	}
	j = judged(t, Input{Claim: claim(t, `edge: {domain: {name: shop.example.com}}`), Choice: choice})
	if got := refusals(j); !strings.Contains(got, "allows none (allow.domains)") {
		t.Errorf("a list that is not there must allow nothing, got %q", got)
	}
}

func TestCheck(t *testing.T) {
	shop := named(t, "shop", `namespaces: [team-shop], precedence: 10`)
	newer := named(t, "shop", ``)
	newer["spec"].(map[string]any)["forbid"] = true
	cases := map[string]struct {
		reason string
		object map[string]any
		others []map[string]any
		want   string
	}{
		"Good": {reason: "A guardrail that bounds its own namespaces is good.", object: shop},
		"OtherRank": {
			reason: "Two precedences are no tie.", object: shop,
			others: []map[string]any{named(t, "all", `namespaces: ["*"]`)},
		},
		"Elsewhere": {
			reason: "Guardrails without a namespace in common do not tie.", object: shop,
			others: []map[string]any{named(t, "pay", `namespaces: ["team-pay*"], precedence: 10`)},
		},
		"Tie": {
			reason: "A tie is reported before a claim is created that it would refuse.", object: shop,
			others: []map[string]any{named(t, "teams", `namespaces: ["team-*"], precedence: 10`)},
			want: "spec.precedence: cannot tell which guardrail applies: teams has namespaces in common and the " +
				"precedence 10 too, so claims in them are refused; give one of the two another precedence",
		},
		"Newer": {
			reason: "A guardrail with an unknown field refuses claims.", object: newer,
			want: `cannot read guardrail shop: json: unknown field "forbid"; ask the platform team to correct it, ` +
				"or to update the function if it is older than the guardrail",
		},
		"ExemptElsewhere": {
			reason: "An exemption that has no effect is a mistake.",
			object: named(t, "shop", `exempt: [{claim: team-pay/pay, rules: [limit.tasks], reason: X-1}]`),
			want: "spec.exempt[0]: cannot use team-pay/pay: this guardrail does not match its namespace; " +
				"move the entry to the guardrail that does",
		},
		"StackElsewhere": {
			reason: "A stack that has no effect is a mistake.",
			object: named(t, "shop", `stacks: [{claim: team-pay/pay, id: pay-1a2b3c}]`),
			want: "spec.stacks[0]: cannot use team-pay/pay: this guardrail does not match its namespace; " +
				"move the entry to the guardrail that does",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(Check(tc.object, append(tc.others, tc.object)), "\n"); got != tc.want {
				t.Errorf("%s\n got %s\nwant %s", tc.reason, got, tc.want)
			}
		})
	}
}

// TestTightened: a living claim beyond a new bound keeps its value, may come closer to the
// bound, and may not move away from it.
func TestTightened(t *testing.T) {
	before := judged(t, Input{Claim: claim(t, `backend: {scaling: {max: 50}}, tags: {team: shop},
  database: {backupRetentionDays: 3}, edge: {waf: {allowCIDRs: ["203.0.113.0/24"]}}`)})
	records := []string{before.Record(), before.Record()}
	choice := chosen(t, guardrail(t, `limit: {tasks: 20}, allow: {tagKeys: [app]},
  require: {backupRetentionDays: 7, firewall: true}`))

	cases := map[string]struct {
		reason  string
		claim   string
		refused string
		kept    string
	}{
		"Unchanged": {
			reason: "It keeps what it has.",
			claim: `backend: {scaling: {max: 50}}, tags: {team: shop}, database: {backupRetentionDays: 3},
  edge: {waf: {allowCIDRs: ["203.0.113.0/24"]}}`,
			kept: "spec.backend.scaling.max (limit.tasks), spec.database.backupRetentionDays " +
				"(require.backupRetentionDays), " +
				"spec.edge.waf.allowCIDRs (require.firewall), spec.tags (allow.tagKeys)",
		},
		"Within": {
			reason: "It may come within bounds.",
			claim:  `backend: {scaling: {max: 20}}, database: {backupRetentionDays: 7}`,
		},
		"Nearer": {
			reason: "It may come closer without being within the bound.",
			claim:  `backend: {scaling: {max: 30}}, database: {backupRetentionDays: 4}`,
			kept: "spec.backend.scaling.max (limit.tasks), spec.database.backupRetentionDays " +
				"(require.backupRetentionDays)",
		},
		"Further": {
			reason:  "It may not move away from the bound.",
			claim:   `backend: {scaling: {max: 51}}, database: {backupRetentionDays: 7}`,
			refused: "spec.backend.scaling.max: cannot use 51",
		},
		"FurtherDown": {
			reason:  "It may not keep backups for less time than it did.",
			claim:   `database: {backupRetentionDays: 2}`,
			refused: "spec.database.backupRetentionDays: cannot use 2",
		},
		"Another": {
			reason:  "A value that one field keeps is not allowed in another.",
			claim:   `frontend: {scaling: {max: 50}}, database: {backupRetentionDays: 7}`,
			refused: "spec.frontend.scaling.max: cannot use 50",
		},
		"AnotherHole": {
			reason:  "One hole in the firewall does not excuse another.",
			claim:   `edge: {waf: {allowCIDRs: ["203.0.113.0/24", "0.0.0.0/1"]}}, database: {backupRetentionDays: 7}`,
			refused: "spec.edge.waf.allowCIDRs: cannot use 0.0.0.0/1",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			j := judged(t, Input{Claim: claim(t, tc.claim), Choice: choice, Living: true, Records: records})
			got := refusals(j)
			if tc.refused == "" && got != "" || !strings.Contains(got, tc.refused) {
				t.Errorf("%s\nrefused: %q, want %q", tc.reason, got, tc.refused)
			}
			if kept := strings.Join(j.keeps(), ", "); tc.refused == "" && kept != tc.kept {
				t.Errorf("%s\nkept: %s\nwant: %s", tc.reason, kept, tc.kept)
			}
		})
	}
}

// TestUnchanged: a newer version of Kasha may compute other values. That is no reason
// to refuse a claim that its author has not changed.
func TestUnchanged(t *testing.T) {
	choice := chosen(t, guardrail(t, `limit: {monthlyUSD: 500}`))
	c := claim(t, ``)
	c.Generation = 7
	before := judged(t, Input{Claim: c, Choice: choice})
	before.Cost(499, "")
	again := func(generation int64) *Judgement {
		c.Generation = generation
		j := judged(t, Input{Claim: c, Choice: choice, Living: true, Records: []string{before.Record()}})
		j.Cost(510, "")
		return j
	}
	if got := refusals(again(7)); got != "" {
		t.Errorf("another price refuses a claim that has not changed: %s", got)
	}
	if got := refusals(again(8)); got == "" {
		t.Error("a claim that has changed must be within its limit")
	}
}

// TestGivenUp: a claim that came within its bounds cannot go back to its old value.
func TestGivenUp(t *testing.T) {
	choice := chosen(t, guardrail(t, `limit: {tasks: 20}`))
	large, small := claim(t, `backend: {scaling: {max: 50}}`), claim(t, `backend: {scaling: {max: 20}}`)
	living := func(c *v1alpha1.KashaClaim, before *Judgement) *Judgement {
		return judged(t, Input{Claim: c, Choice: choice, Living: true, Records: []string{before.Record()}})
	}
	first := judged(t, Input{Claim: large})
	second := living(small, first)
	if got := refusals(second); got != "" {
		t.Fatal(got)
	}
	if got := refusals(living(large, second)); !strings.Contains(got, "cannot use 50") {
		t.Errorf("the claim has 50 tasks again, after it gave them up: %q", got)
	}
}

// TestInterrupted: after a pass that ended between the two objects, values in either
// ledger count.
func TestInterrupted(t *testing.T) {
	choice := chosen(t, guardrail(t, `limit: {tasks: 20}, require: {backupRetentionDays: 7},
  allow: {tagKeys: [none]}`))
	is := func(spec string) *Judgement { return judged(t, Input{Claim: claim(t, spec)}) }
	old := is(`backend: {scaling: {max: 50}}, database: {backupRetentionDays: 5}, tags: {a: x}`)
	changed := is(`backend: {scaling: {max: 40}}, database: {backupRetentionDays: 3}, tags: {b: x}`)
	for _, records := range [][]string{{old.Record(), changed.Record()}, {changed.Record(), old.Record()}} {
		j := judged(t, Input{
			Claim:  claim(t, `backend: {scaling: {max: 50}}, database: {backupRetentionDays: 3}, tags: {a: x, b: x}`),
			Choice: choice, Living: true, Records: records,
		})
		if got := refusals(j); got != "" {
			t.Errorf("what one of the two objects has is refused: %s", got)
		}
	}
}

// TestLedgerHoldsValues: an author can find a tag with any given short digest, so the
// ledger has the image itself.
func TestLedgerHoldsValues(t *testing.T) {
	j := judged(t, Input{Claim: claim(t, ``)})
	for _, image := range []string{
		"registry.example.org/shop/frontend:1.0.0", "registry.example.org/shop/backend:1.0.0",
	} {
		if !strings.Contains(j.Record(), image) {
			t.Errorf("the ledger does not have %s: %s", image, j.Record())
		}
	}
}

// TestLargestLedger: Kubernetes takes 262,144 bytes of annotations. The largest claim's
// ledger must leave room for the others.
func TestLargestLedger(t *testing.T) {
	var secrets, cidrs, overrides []string
	for i := range 50 {
		arn := fmt.Sprintf("arn:aws:secretsmanager:us-east-1:111122223333:secret:%s%02d-AbCdEf",
			strings.Repeat("x", 530), i)
		secrets = append(secrets, fmt.Sprintf("S%d: {secretARN: %q}", i, arn))
	}
	for i := range 500 {
		cidrs = append(cidrs, fmt.Sprintf("\"2001:db8:aaaa:bbbb:cccc:dddd:eeee:%04x/128\"", i))
	}
	for i := range 40 {
		rule := fmt.Sprintf("%s%02d", strings.Repeat("x", 126), i)
		overrides = append(overrides, "{ruleSet: KnownBadInputs, rule: "+rule+", action: Count}")
	}
	s := strings.Join(secrets, ", ")
	c := claim(t, fmt.Sprintf("frontend: {secrets: {%s}}, backend: {secrets: {%s}}, tags: %s, "+
		"edge: {waf: {allowCIDRs: [%s], overrides: [%s]}}", s, strings.ReplaceAll(s, "secret:x", "secret:y"),
		manyTags(40), strings.Join(cidrs, ", "), strings.Join(overrides, ", ")))
	if n := len(judged(t, Input{Claim: c}).Record()); n > 200_000 {
		t.Errorf("the largest ledger has %d bytes", n)
	}
}

// TestUnrecorded: a claim of a version without ledgers is accepted as it is, once.
func TestUnrecorded(t *testing.T) {
	choice := chosen(t, guardrail(t, `limit: {tasks: 20}`))
	c := claim(t, `backend: {scaling: {max: 50}}`)
	j := judged(t, Input{Claim: c, Choice: choice, Living: true, Unrecorded: true})
	if got := refusals(j); got != "" {
		t.Errorf("a claim of an old version is refused: %s", got)
	}
	if got := refusals(judged(t, Input{Claim: c, Choice: choice, Living: true})); got == "" {
		t.Error("a claim whose ledger is gone gets everything accepted")
	}
}

func TestReport(t *testing.T) {
	choice := chosen(t, guardrail(t, `enforcement: Report, limit: {tasks: 20}`))
	j := judged(t, Input{Claim: claim(t, `backend: {scaling: {max: 50}}`), Choice: choice})
	if got := refusals(j); got != "" {
		t.Errorf("Report refuses: %s", got)
	}
	met, reason, message := j.Condition()
	want := "Guardrail team-shop only reports. It would refuse spec.backend.scaling.max (limit.tasks)."
	if met || reason != "Violated" || message != want {
		t.Errorf("got %t, %s, %s", met, reason, message)
	}
}

func TestExempt(t *testing.T) {
	spec := `limit: {tasks: 20, queues: 0}, exempt: [{claim: team-shop/shop, rules: [limit.tasks], reason: X-1}]`
	c := claim(t, `backend: {scaling: {max: 50}}`)
	got := refusals(judged(t, Input{Claim: c, Choice: chosen(t, guardrail(t, spec))}))
	if strings.Contains(got, "limit.tasks") || !strings.Contains(got, "limit.queues") {
		t.Errorf("the claim is exempt from limit.tasks alone, got %q", got)
	}
	c.Name = "pay"
	got = refusals(judged(t, Input{Claim: c, Choice: chosen(t, guardrail(t, spec))}))
	if !strings.Contains(got, "limit.tasks") {
		t.Errorf("another claim is not exempt, got %q", got)
	}
}

// TestOwnRepositories: the repositories that the claim made need not be allowed, but a name
// that only looks like one of them must be.
func TestOwnRepositories(t *testing.T) {
	const url = "111122223333.dkr.ecr.us-east-1.amazonaws.com/shop-1a2b3c/frontend"
	choice := chosen(t, guardrail(t, `allow: {images: ["registry.example.org/*"]}`))
	for image, want := range map[string]bool{
		url + ":1": true, url + "@sha256:" + strings.Repeat("0", 64): true,
		url + "-evil:1": false, url + "/evil:1": false,
		strings.Replace(url, "111122223333", "444455556666", 1) + ":1": false,
	} {
		c := claim(t, fmt.Sprintf(`frontend: {image: %q}`, image))
		got := refusals(judged(t, Input{Claim: c, Choice: choice, Living: true, Repositories: []string{url}}))
		if (got == "") != want {
			t.Errorf("%s: accepted %t, want %t", image, got == "", want)
		}
	}
}

// TestCost: a claim is judged by what it can cost. An unknown cost does not count as 0.
func TestCost(t *testing.T) {
	cases := map[string]struct {
		reason    string
		guardrail string
		usd       int64
		unpriced  string
		want      string
	}{
		"Within": {reason: "The limit itself is allowed.", guardrail: `limit: {monthlyUSD: 500}`, usd: 500},
		"Above": {
			reason: "More is not.", guardrail: `limit: {monthlyUSD: 500}`, usd: 501,
			want: "spec: cannot use 501: guardrail team-shop allows at most 500 (limit.monthlyUSD); " +
				"use less, or ask the platform team",
		},
		"Unpriced": {
			reason:    "A class without a known price may cost anything.",
			guardrail: `limit: {monthlyUSD: 500}`, usd: 400, unpriced: "db.r8g.48xlarge",
			want: "spec.database.instanceClass: cannot use db.r8g.48xlarge: guardrail " +
				"team-shop allows at most 500 USD a " +
				"month, and its price is not known (limit.monthlyUSD); use a class that AWS has in this region, " +
				"or ask the platform team to list it in limit.instanceClasses",
		},
		"Chosen": {
			reason:    "The platform team knows what the classes cost that it lists.",
			guardrail: `limit: {monthlyUSD: 500, instanceClasses: [db.m8g.large]}`, usd: 400, unpriced: "db.m8g.large",
		},
		"NoLimit": {
			reason: "Without a limit nobody asks.", guardrail: ``, usd: 1_000_000, unpriced: "db.r8g.48xlarge",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := claim(t, `database: {instanceClass: db.m8g.large}`)
			j := judged(t, Input{Claim: c, Choice: chosen(t, guardrail(t, tc.guardrail))})
			j.Cost(tc.usd, tc.unpriced)
			if got := refusals(j); got != tc.want {
				t.Errorf("%s\n got %s\nwant %s", tc.reason, got, tc.want)
			}
		})
	}
}

// TestUncovered: what happens without a guardrail that applies.
func TestUncovered(t *testing.T) {
	pay := named(t, "pay", `namespaces: [team-pay]`)
	bounded := judged(t, Input{Claim: claim(t, ``), Choice: chosen(t, guardrail(t, ``))}).Record()
	free := judged(t, Input{Claim: claim(t, ``)}).Record()

	cases := map[string]struct {
		reason string
		in     Input
		want   string // The reason of the condition.
		err    string
	}{
		"Nothing": {reason: "Without guardrails a claim is composed.", want: "NoGuardrails"},
		"NothingLiving": {
			reason: "Also one that lives.", in: Input{Living: true, Records: []string{free}}, want: "NoGuardrails",
		},
		"NothingRequired": {
			reason: "With --guardrails=Required it is not.", in: Input{Required: true},
			err: "cannot do without a guardrail: there is none, and the function runs with --guardrails=Required",
		},
		"NothingRequiredLiving": {
			reason: "Nor one that lives.", in: Input{Required: true, Living: true, Records: []string{free}},
			err: "cannot do without a guardrail: there is none, and the function runs with --guardrails=Required",
		},
		"Gone": {
			reason: "What the guardrail imposed would be removed.",
			in:     Input{Living: true, Records: []string{bounded}},
			err:    "cannot do without guardrail team-shop: it bounded this claim",
		},
		"NoMatch": {
			reason: "A new claim outside of all guardrails is refused.", in: Input{Choice: chosen(t, pay)},
			err: "cannot do without a guardrail: none matches namespace team-shop; ask the platform team for one",
		},
		"NoMatchLiving": {
			reason: "One that lived before the first guardrail is composed, and says so.",
			in:     Input{Choice: chosen(t, pay), Living: true, Records: []string{free}}, want: "NotCovered",
		},
		"NoMatchGone": {
			reason: "One that a guardrail bounded is not.",
			in:     Input{Choice: chosen(t, pay), Living: true, Records: []string{bounded}},
			err:    "cannot do without guardrail team-shop: it bounded this claim",
		},
		"Met": {
			reason: "Within its guardrail it says so.", in: Input{Choice: chosen(t, guardrail(t, ``))}, want: "Met",
		},
		"Unreadable": {
			reason: "A ledger that cannot be read accepts nothing.", in: Input{Living: true, Records: []string{"{"}},
			err: "cannot read what the claim has been accepted with",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.in.Claim = claim(t, ``)
			j, err := Judge(tc.in)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("%s\ngot error %v, want %q", tc.reason, err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, reason, _ := j.Condition(); reason != tc.want {
				t.Errorf("%s\ngot %s, want %s", tc.reason, reason, tc.want)
			}
		})
	}
}

// TestWarning: a Warning is an event. It comes when what is kept changes, not in every pass.
func TestWarning(t *testing.T) {
	choice := chosen(t, guardrail(t, `limit: {tasks: 20}`))
	c := claim(t, `backend: {scaling: {max: 50}}`)
	before := judged(t, Input{Claim: c})
	first := judged(t, Input{Claim: c, Choice: choice, Living: true, Records: []string{before.Record()}})
	want := "Guardrail team-shop refuses spec.backend.scaling.max (limit.tasks) in a new claim. " +
		"This claim had it before, and keeps it."
	if got := strings.Join(first.Warnings(), "\n"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	second := judged(t, Input{Claim: c, Choice: choice, Living: true, Records: []string{first.Record()}})
	if got := second.Warnings(); len(got) > 0 {
		t.Errorf("the warning is repeated: %q", got)
	}
	if met, _, message := second.Condition(); met || message != want {
		t.Errorf("the condition must stay: %t, %q", met, message)
	}
}

// TestManyRefusals: the message lists all of them, up to a readable number.
func TestManyRefusals(t *testing.T) {
	var cidrs []string
	for i := range 100 {
		cidrs = append(cidrs, fmt.Sprintf("\"203.0.113.%d/32\"", i))
	}
	c := claim(t, "edge: {waf: {allowCIDRs: ["+strings.Join(cidrs, ", ")+"]}}")
	got := judged(t, Input{Claim: c, Choice: chosen(t, guardrail(t, `require: {firewall: true}`))}).Refusals()
	if len(got) != 21 || got[20].Error() != "guardrail team-shop refuses 80 more values; correct these first" {
		t.Errorf("got %d refusals, the last %v", len(got), got[len(got)-1])
	}
}

func TestResumed(t *testing.T) {
	got := chosen(t, guardrail(t, `stacks: [{claim: team-shop/shop, id: shop-1a2b3c}]`)).Resumed()
	if len(got) != 1 || got["team-shop/shop"] != "shop-1a2b3c" {
		t.Errorf("got %v", got)
	}
	if got := (Choice{}).Resumed(); len(got) != 0 {
		t.Errorf("without a guardrail nothing is resumed, got %v", got)
	}
}
