package function

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const (
	orders = `{name: orders, image: 'registry.example.org/shop/orders:1'}`
	search = `{name: search, image: 'registry.example.org/shop/search:1', expose: {paths: [/search/*]}}`
)

// TestAServiceAddsFewResources: a claim may have ten services, so each is small. The first
// internal one also opens the way to the ports of all of them.
func TestAServiceAddsFewResources(t *testing.T) {
	everything := `{name: all, image: 'registry.example.org/shop/all:1', port: 9000, data: true,
		scaling: {cpu: 50, memory: 50, requestsPerTask: 100}`
	withData := strings.Replace(orders, "}", ", data: true}", 1)
	for name, tc := range map[string]struct{ before, after string }{
		"Internal":         {withData, withData + ", " + everything + "}"},
		"Public":           {withData, withData + ", " + everything + ", expose: {paths: [/all, /all/*]}}"},
		"TheFirstIsPublic": {"", search},
	} {
		t.Run(name, func(t *testing.T) {
			without := composedKeys(t, "spec: {services: ["+tc.before+"]}")
			added := slices.DeleteFunc(composedKeys(t, "spec: {services: ["+tc.after+"]}"),
				func(k string) bool {
					// Of two claims that are new, the others have other variables.
					other := strings.HasPrefix(k, "taskdefinition-") && !strings.HasPrefix(k,
						"taskdefinition-svc-all-") &&
						tc.before != ""
					return slices.Contains(without, k) || other
				})
			if len(added) == 0 || len(added) > 16 {
				t.Errorf("a service adds %d resources, want 1 to 16: %v", len(added), added)
			}
		})
	}
}

// TestAServiceRestartsNoOther: the others keep their versions when a service is added, changed
// or removed, and get its variable with their next one.
func TestAServiceRestartsNoOther(t *testing.T) {
	w := atRest(t, claim(t, "spec: {workers: [{name: w}], services: ["+search+"]}"))
	versions := func() []string {
		var out []string
		for k := range desired(w) {
			if strings.HasPrefix(k, "taskdefinition-") && !strings.HasPrefix(k, "taskdefinition-svc-orders-") {
				out = append(out, k)
			}
		}
		return slices.Sorted(slices.Values(out))
	}
	before := versions()
	for _, services := range []string{
		search + ", " + orders, search + ", " + strings.Replace(orders, ":1", ":2", 1), search,
	} {
		change(t, w, "spec: {workers: [{name: w}], services: ["+services+"]}")
		settleMore(t, w)
		if diff := cmp.Diff(before, versions()); diff != "" {
			t.Errorf("services [%s] restart others:\n%s", services, diff)
		}
	}
	change(t, w, "spec: {workers: [{name: w}], services: ["+search+", "+orders+"]}")
	settleMore(t, w)
	for _, other := range []string{"frontend", "backend", "worker-w", "svc-search"} {
		if c := only(t, w, "taskdefinition-"+other+"-"); strings.Contains(c, "ORDERS_URL") {
			t.Errorf("%s has the variable without a new version", other)
		}
	}
	change(t, w, "spec: {frontend: {image: 'registry.example.org/shop/frontend:2'}, workers: [{name: w}], services: ["+
		search+", "+orders+"]}")
	settleMore(t, w)
	if c := only(t, w, "taskdefinition-frontend-"); !strings.Contains(c,
		`"name":"ORDERS_URL","value":"http://internal-`) {
		t.Errorf("the next version of the frontend lacks the variable: %s", c)
	}
	// The variable of a service that is gone goes with the next version.
	change(t, w, "spec: {frontend: {image: 'registry.example.org/shop/frontend:2'}, workers: [{name: w}], services: ["+
		search+"]}")
	settleMore(t, w)
	if c := only(t, w, "taskdefinition-frontend-"); !strings.Contains(c, "ORDERS_URL") {
		t.Error("the frontend restarts because a service goes")
	}
	change(t, w, "spec: {frontend: {image: 'registry.example.org/shop/frontend:3'}, services: ["+search+"]}")
	settleMore(t, w)
	if c := only(t, w, "taskdefinition-frontend-"); strings.Contains(c, "ORDERS_URL") {
		t.Error("the frontend keeps the variable of a service that is gone")
	}
}

// TestServicesFindEachOther: every workload of a new claim has the URL of each internal service
// but its own, and a service has the backend's.
func TestServicesFindEachOther(t *testing.T) {
	w := atRest(t, claim(t, "spec: {workers: [{name: w}], schedules: [{name: s, every: 1 hour}], services: ["+
		search+", "+orders+", {name: a-b, image: 'registry.example.org/shop/x:1'}]}"))
	want := map[string][]string{
		"frontend": {"A_B_URL", "BACKEND_URL", "ORDERS_URL"}, "backend": {"A_B_URL", "ORDERS_URL"},
		"worker-w": {"A_B_URL", "ORDERS_URL"}, "schedule-s": {"A_B_URL", "ORDERS_URL"},
		"svc-search": {"A_B_URL", "BACKEND_URL", "ORDERS_URL"}, "svc-orders": {"A_B_URL", "BACKEND_URL"},
		"svc-a-b": {"BACKEND_URL", "ORDERS_URL"},
	}
	for _, workload := range slices.Sorted(maps.Keys(want)) {
		var containers []struct {
			Environment []struct{ Name, Value string } `json:"environment"`
		}
		if err := json.Unmarshal([]byte(only(t, w, "taskdefinition-"+workload+"-")), &containers); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range containers[0].Environment {
			if strings.HasSuffix(v.Name, "_URL") {
				got = append(got, v.Name)
			}
		}
		if diff := cmp.Diff(want[workload], got); diff != "" {
			t.Errorf("the URLs of %s (-want +got):\n%s", workload, diff)
		}
	}
}

// registered are the target groups in the spec of a service, by key.
func registered(w *simulator.World, service string) []string {
	var out []string
	list, _ := params(desired(w)["service-"+service])["loadBalancer"].([]any)
	for _, e := range list {
		m, _ := e.(map[string]any)
		for key, o := range w.Observed {
			if strings.HasPrefix(key, "targetgroup-") && simulator.Text(at(o), "arn") == m["targetGroupArn"] {
				out = append(out, key)
			}
		}
	}
	return out
}

// TestAWayOpensBeforeItIsUsed: ECS refuses a target group that belongs to no load balancer, and
// stops tasks whose health it cannot learn. So a service is registered for a new way once the
// rule exists, and what it leaves stays until it is deployed without it.
func TestAWayOpensBeforeItIsUsed(t *testing.T) {
	exposed := strings.Replace(orders, "}", ", expose: {paths: [/orders/*]}}", 1)
	for name, tc := range map[string]struct {
		service, from, to     string
		way, rule, old, oldBy string
	}{
		"TheBackendIsExposed": {
			"backend", "spec: {backend: {}}", "spec: {backend: {expose: {paths: [/api/*]}}}",
			"targetgroup-public-backend", "listenerrule-public-backend", "", "",
		},
		"AServiceBecomesPublic": {
			"svc-orders", "spec: {services: [" + orders + "]}", "spec: {services: [" + exposed + "]}",
			"targetgroup-public-svc-orders", "listenerrule-public-svc-orders", "targetgroup-svc-orders",
			"listener-svc-orders",
		},
		"AServiceBecomesInternal": {
			"svc-orders", "spec: {services: [" + exposed + "]}", "spec: {services: [" + orders + "]}",
			"targetgroup-svc-orders", "listener-svc-orders", "targetgroup-public-svc-orders",
			"listenerrule-public-svc-orders",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := atRest(t, claim(t, tc.from))
			before := registered(w, tc.service)
			change(t, w, tc.to)
			for range maxPasses {
				ruled := w.Observed[tc.rule] != nil && simulator.Text(at(w.Observed[tc.rule]), "arn") != ""
				pass(t, w)
				now := registered(w, tc.service)
				if slices.Contains(now, tc.way) && !ruled {
					t.Fatalf("the service is registered in %s before %s exists", tc.way, tc.rule)
				}
				if !slices.Contains(now, tc.way) && !slices.Equal(now, before) {
					t.Fatalf("the service is registered in %v on the way from %v", now, before)
				}
				for _, kept := range []string{tc.old, tc.oldBy} {
					if kept != "" && slices.Contains(now, tc.old) && desired(w)[kept] == nil {
						t.Fatalf("%s goes while the service uses it", kept)
					}
				}
			}
			if now := registered(w, tc.service); !slices.Contains(now, tc.way) {
				t.Fatalf("the service never comes to %s: %v", tc.way, now)
			}
			for _, gone := range []string{tc.old, tc.oldBy} {
				if gone != "" && desired(w)[gone] != nil {
					t.Errorf("%s stays", gone)
				}
			}
		})
	}
}

// TestAWayStaysUntilTheRolloutIsOver: a service that is no longer exposed keeps its target group
// and the paths of its health checks while old tasks are registered there.
func TestAWayStaysUntilTheRolloutIsOver(t *testing.T) {
	w := atRest(t, claim(t, "spec: {backend: {expose: {paths: [/api/*]}}}"))
	spec, _ := w.Composite["spec"].(map[string]any)
	backend, _ := spec["backend"].(map[string]any)
	delete(backend, "expose")
	w.Interfere = telling("backend", running)
	kept := []string{"targetgroup-public-backend", "sgrule-alb-to-backend-8080", "sgrule-backend-from-alb-8080"}
	for n := range 3 {
		pass(t, w)
		if now := registered(w, "backend"); slices.Contains(now, "targetgroup-public-backend") {
			t.Fatalf("pass %d: the service stays in the target group: %v", n+1, now)
		}
		for _, key := range kept {
			if desired(w)[key] == nil {
				t.Fatalf("pass %d: %s goes before the service is deployed without it", n+1, key)
			}
		}
	}
	if desired(w)["listenerrule-public-backend"] != nil {
		t.Error("viewers are still sent to the target group")
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	for _, key := range kept {
		if desired(w)[key] != nil {
			t.Errorf("%s stays after the rollout", key)
		}
	}
}

// TestAFlapMovesNoService: on the way from one load balancer to another, no pass in which a
// value is missing sends a service back, or takes a way away.
func TestAFlapMovesNoService(t *testing.T) {
	for name, tc := range map[string]struct{ from, to string }{
		"TheBackendIsExposed": {"spec: {backend: {}}", "spec: {backend: {expose: {paths: [/api/*]}}}"},
		"AServiceBecomesPublic": {
			"spec: {services: [" + orders + "]}",
			"spec: {services: [" + strings.Replace(orders, "}", ", expose: {paths: [/orders/*]}}", 1) + "]}",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := atRest(t, claim(t, tc.from))
			change(t, w, tc.to)
			for n := range maxPasses {
				flapAndStep(t, w, newFunction(), seeded(n), seeded(100+n), seeded(200+n))
			}
		})
	}
}

// TestPrioritiesAreStable: a service that is added or removed changes no rule of another, and
// only the first and the last one change the number of the frontend's rule.
func TestPrioritiesAreStable(t *testing.T) {
	priorities := func(spec string) map[string]any {
		out := map[string]any{}
		for key, o := range desired(atRest(t, claim(t, spec))) {
			if strings.HasPrefix(key, "listenerrule-") {
				out[key] = params(o)["priority"]
			}
		}
		return out
	}
	if got := priorities("")["listenerrule-public-origin"]; got != 1.0 {
		t.Errorf("without services the frontend's rule has the number %v, want 1", got)
	}
	one := priorities("spec: {services: [" + search + "]}")
	many := priorities(`spec: {backend: {expose: {paths: [/api/*]}}, services: [` +
		`{name: a, image: 'registry.example.org/x:1', expose: {paths: [/a]}}, ` + search +
		`, {name: z, image: 'registry.example.org/x:1', expose: {paths: [/search/it/*]}}]}`)
	for key, want := range one {
		if many[key] != want {
			t.Errorf("%s has the number %v beside others, and %v alone", key, many[key], want)
		}
	}
	last, _ := many["listenerrule-public-origin"].(float64)
	for key, n := range many {
		if f, _ := n.(float64); key != "listenerrule-public-origin" && f >= last {
			t.Errorf("%s comes after the frontend's rule", key)
		}
	}
	longer, _ := many["listenerrule-public-svc-z"].(float64)
	if shorter, _ := many["listenerrule-public-svc-search"].(float64); longer >= shorter {
		t.Errorf("/search/it/* has the number %v, after %v of /search/*", longer, shorter)
	}
}

// TestAPublicServiceIsTheDistributionsOnly: without CloudFront's header no rule matches.
func TestAPublicServiceIsTheDistributionsOnly(t *testing.T) {
	w := simulator.New(claim(t, "spec: {backend: {expose: {paths: [/api/*]}}, services: ["+search+"]}"))
	for range maxPasses {
		if _, err := w.Pass(context.Background(), newFunction()); err != nil {
			t.Fatal(err)
		}
		for key, o := range desired(w) {
			if !strings.HasPrefix(key, "listenerrule-") {
				continue
			}
			conditions, _ := params(o)["condition"].([]any)
			first, _ := conditions[0].(map[string]any)
			if header, _ := first["httpHeader"].(map[string]any); header["httpHeaderName"] != "X-Kasha-Origin" {
				t.Fatalf("%s matches requests without the header: %v", key, conditions)
			}
		}
	}
}

// TestServicesAreInTheStatus: the status says what each service runs and where it is.
func TestServicesAreInTheStatus(t *testing.T) {
	w := atRest(t, claim(t, "spec: {services: ["+search+", "+orders+"]}"))
	if lines := conditionLines(w); !strings.Contains(lines, "ServicesReady        true") {
		t.Errorf("the claim does not say that its services are ready:\n%s", lines)
	}
	status, _ := w.Composite["status"].(map[string]any)
	services, _ := status["services"].([]any)
	got := map[string]string{}
	for _, s := range services {
		m, _ := s.(map[string]any)
		got[simulator.Text(m, "name")] = simulator.Text(m, "kind") + " " + simulator.Text(m, "url")
	}
	alb := simulator.Text(status, "endpoints", "backendALB")
	site := simulator.Text(status, "endpoints", "url")
	want := map[string]string{
		"frontend": "Web " + site, "backend": "Internal http://" + alb,
		"svc-search": "Web " + site + "/search/", "svc-orders": "Internal http://" + alb + ":29820",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the services in the status (-want +got):\n%s", diff)
	}
	if lines := conditionLines(atRest(t, claim(t, ""))); strings.Contains(lines, "ServicesReady") {
		t.Errorf("a claim without services has a condition for them:\n%s", lines)
	}
}

// TestCallersUseTLS: AWS has gRPC only behind TLS, so other workloads call the service by a name
// that its certificate has.
func TestCallersUseTLS(t *testing.T) {
	prices := strings.Replace(strings.ReplaceAll(orders, "orders", "prices"), "}", ", protocol: GRPC}", 1)
	w := atRest(t, claim(t, "spec: {edge: {domain: {name: shop.example.com}}, services: ["+prices+"]}"))
	const url = `"name":"PRICES_URL","value":"https://internal.shop.example.com:22427"`
	if c := only(t, w, "taskdefinition-backend-"); !strings.Contains(c, url) {
		t.Errorf("the backend does not call the service with TLS: %s", c)
	}
	certificate := params(desired(w)["listener-svc-prices"])["certificateArn"]
	for key, o := range w.Observed {
		if strings.HasPrefix(key, "certificate-internal-") && simulator.Text(at(o), "arn") != certificate {
			t.Errorf("the listener has the certificate %v, want that of %s", certificate, key)
		}
	}
	added := slices.DeleteFunc(keysStarting(w, ""), func(k string) bool { return !strings.Contains(k, "internal-") })
	if len(added) == 0 {
		t.Error("the claim has no certificate for the internal load balancer")
	}
	change(t, w, "spec: {edge: {domain: {name: shop.example.com}}}")
	settleMore(t, w)
	for key := range desired(w) {
		if strings.HasPrefix(key, "certificate-internal-") || strings.HasPrefix(key, "validation-internal-") {
			t.Errorf("%s stays without a service that needs it", key)
		}
	}
}
