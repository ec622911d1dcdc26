package function

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
)

type object = map[string]any

// mend corrects fields of a drawn spec that contradict each other, as the messages of
// the XRD and of package validate advise. Every field has its default.
func mend(spec object) {
	for _, m := range []func(object){
		mendZones, mendExisting, mendWithoutNAT, mendDenyRules, mendEdge, mendIdle, mendOverrides,
		mendServices, mendContainers, mendProtocols, mendExposures, mendQueues, mendCredentials, mendStorage,
		mendSnapshot, mendArchive, mendCopy, mendRestoreTest,
	} {
		m(spec)
	}
}

func in(o object, path ...string) object {
	for _, p := range path {
		o, _ = o[p].(object)
	}
	return o
}

func number(o object, field string) int64 {
	n, _ := o[field].(int64)
	return n
}

// mendZones chooses the zones where they differ by account.
func mendZones(spec object) {
	region, _ := spec["region"].(string)
	if spec["availabilityZones"] == nil && awsfacts.ZonesDiffer(region) != "" {
		spec["availabilityZones"] = []any{region + "a", region + "c"}
	}
}

// mendExisting removes what an existing network does not allow, and takes a subnet for
// each zone.
func mendExisting(spec object) {
	n := in(spec, "network")
	existing := in(n, "existing")
	if existing == nil {
		return
	}
	delete(n, "natGateways")
	delete(n, "denyRules")
	delete(in(n, "endpoints"), "interface")
	delete(in(n, "endpoints"), "policy")
	zones, _ := spec["availabilityZones"].([]any)
	for field, v := range existing {
		if ids, ok := v.([]any); ok {
			existing[field] = ids[:max(len(zones), 2)]
		}
	}
}

// mendWithoutNAT gives tasks that cannot reach the internet what they need.
func mendWithoutNAT(spec object) {
	n := in(spec, "network")
	if n["natGateways"] != "None" {
		return
	}
	if in(n, "endpoints") == nil {
		n["endpoints"] = object{}
	}
	in(n, "endpoints")["interface"] = []any{
		"ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sqs", "ssm", "ssmmessages",
	}
	if db := in(spec, "database"); db["users"] != nil {
		//nolint:forcetypeassert // It is drawn.
		db["clientImage"] = "111122223333.dkr.ecr." + spec["region"].(string) + ".amazonaws.com/mysql:8.4"
	}
	for i, s := range behindBalancers(spec) {
		name := []string{"frontend", "backend", "service"}[min(i, 2)]
		//nolint:forcetypeassert // It is drawn.
		ecr := "111122223333.dkr.ecr." + spec["region"].(string) + ".amazonaws.com/shop/" + name + ":"
		if image, _ := s["image"].(string); !strings.HasPrefix(image, ecr) {
			s["image"] = ecr + "3"
		}
	}
	for _, list := range []string{"workers", "schedules"} {
		several, _ := spec[list].([]any)
		for _, w := range several {
			delete(w.(object), "image") //nolint:forcetypeassert // It is drawn.
		}
	}
	for _, w := range workloadsOf(spec) {
		for _, c := range besides(w) {
			//nolint:forcetypeassert // It is drawn.
			c["image"] = "111122223333.dkr.ecr." + spec["region"].(string) + ".amazonaws.com/shop/beside:3"
		}
	}
}

// workloadsOf are all workloads of a spec.
func workloadsOf(spec object) []object {
	out := []object{in(spec, "frontend"), in(spec, "backend")}
	for _, list := range []string{"services", "workers", "schedules"} {
		out = append(out, objectsIn(spec, list)...)
	}
	return out
}

func objectsIn(o object, list string) []object {
	several, _ := o[list].([]any)
	var out []object
	for _, e := range several {
		out = append(out, e.(object)) //nolint:forcetypeassert // It is drawn.
	}
	return out
}

// besides are the sidecars and init containers of a workload.
func besides(w object) []object {
	return slices.Concat(objectsIn(w, "initContainers"), objectsIn(w, "sidecars"))
}

// mendContainers gives each container a name of its own, a share of the task, and an order in
// which all can start: each waits only for those before it.
func mendContainers(spec object) {
	for _, w := range workloadsOf(spec) {
		mendSecrets(spec, w)
		mendOwn(spec, w)
		before := map[string]object{}
		var inits, sidecars []any
		for _, c := range objectsIn(w, "initContainers") {
			if mendBeside(spec, w, c, before) {
				c["init"] = true
				inits = append(inits, c)
			}
		}
		for _, c := range objectsIn(w, "sidecars") {
			if mendBeside(spec, w, c, before) {
				sidecars = append(sidecars, c)
			}
		}
		mendWaits(w, before)
		for _, c := range inits {
			delete(c.(object), "init") //nolint:forcetypeassert // It is drawn.
		}
		setList(w, "initContainers", inits)
		setList(w, "sidecars", sidecars)
	}
}

func setList(o object, field string, list []any) {
	delete(o, field)
	if len(list) > 0 {
		o[field] = list
	}
}

// mendOwn leaves each condition once, and destinations that are not open or denied.
func mendOwn(spec, w object) {
	if w["exec"] == true {
		w["readOnlyRootFilesystem"] = false
	}
	for _, p := range objectsIn(w, "permissions") {
		var out []any
		seen := map[[2]any]bool{}
		for _, c := range objectsIn(p, "conditions") {
			switch c["test"] {
			case "Bool":
				c["values"] = []any{"true"}
			case "IpAddress":
				c["values"] = []any{"203.0.113.0/24", "2001:db8::1"}
			}
			if id := [2]any{c["test"], c["key"]}; !seen[id] {
				seen[id] = true
				out = append(out, c)
			}
		}
		setList(p, "conditions", out)
	}
	var out []any
	seen := map[string]bool{}
	for _, e := range objectsIn(w, "egress") {
		if e["cidr"] == nil && e["prefixListID"] == nil {
			e["cidr"] = "10.8.0.0/16"
		}
		if e["cidr"] != nil {
			delete(e, "prefixListID")
		}
		if denied(spec) && e["cidr"] != nil {
			delete(e, "cidr")
			e["prefixListID"] = "pl-3b927c52"
		}
		if number(e, "port") == 443 {
			e["port"] = int64(444)
		}
		if id := fmt.Sprint(e); !seen[id] {
			seen[id] = true
			out = append(out, e)
		}
	}
	setList(w, "egress", out)
}

// denied tells whether the claim denies any traffic.
func denied(spec object) bool { return len(objectsIn(in(spec, "network"), "denyRules")) > 0 }

// mendBeside corrects one container. It returns false where its name is taken.
func mendBeside(spec, w, c object, before map[string]object) bool {
	name, _ := c["name"].(string)
	if before[name] != nil {
		return false
	}
	mendSecrets(spec, c)
	const most = 16
	for field, least := range map[string]int64{"cpu": 2, "memory": 6} {
		if c[field] != nil {
			c[field] = max(least, min(number(c, field), number(w, field)/most))
		}
	}
	if disk, _ := w["diskPaths"].([]any); len(disk) == 0 {
		delete(c, "shareDiskPaths")
	}
	mendWaits(c, before)
	before[name] = c
	return true
}

// mendWaits leaves conditions that the containers before can reach.
func mendWaits(c object, before map[string]object) {
	var out []any
	seen := map[string]bool{}
	for _, d := range objectsIn(c, "dependsOn") {
		name, _ := d["container"].(string)
		of := before[name]
		if of == nil || seen[name] {
			continue
		}
		seen[name] = true
		ends := d["condition"] == "COMPLETE" || d["condition"] == "SUCCESS"
		switch {
		case of["init"] == true && !ends:
			d["condition"] = "SUCCESS"
		case of["init"] == nil && ends && of["essential"] != false,
			d["condition"] == "HEALTHY" && of["healthCheck"] == nil:
			d["condition"] = "START"
		}
		out = append(out, d)
	}
	setList(c, "dependsOn", out)
}

// mendSecrets takes each variable from one source.
func mendSecrets(spec, c object) {
	for variable := range in(c, "env") {
		delete(in(c, "secrets"), variable)
	}
	for variable := range in(c, "secrets") {
		v := in(c, "secrets", variable)
		if v["secretARN"] != nil {
			delete(v, "parameterARN")
			continue
		}
		delete(v, "key")
		if v["parameterARN"] == nil {
			//nolint:forcetypeassert // It is drawn.
			v["parameterARN"] = "arn:aws:ssm:" + spec["region"].(string) + ":111122223333:parameter/three"
		}
	}
}

// mendDenyRules gives ports to the rules that need them, and only to these.
func mendDenyRules(spec object) {
	rules, _ := in(spec, "network")["denyRules"].([]any)
	for _, r := range rules {
		rule := r.(object) //nolint:forcetypeassert // It is drawn.
		from, to := number(rule, "fromPort"), number(rule, "toPort")
		rule["fromPort"], rule["toPort"] = min(from, to), max(from, to)
		if rule["protocol"] == "all" {
			delete(rule, "fromPort")
			delete(rule, "toPort")
		}
	}
}

// mendIdle lets the frontend's load balancer wait longer than CloudFront does.
func mendIdle(spec object) {
	f, e := in(spec, "frontend"), in(spec, "edge")
	if f["idleTimeoutSeconds"] == nil {
		return
	}
	waits := max(number(e, "originReadTimeoutSeconds"), number(e, "originKeepAliveSeconds"))
	f["idleTimeoutSeconds"] = max(number(f, "idleTimeoutSeconds"), waits+1)
}

// mendEdge names a prefix list where Kasha knows none, and none where it does, turns access
// logs off where there are none, keeps what is preloaded on HTTPS, and leaves out names that
// the claim's zone does not hold.
func mendEdge(spec object) {
	e, region := in(spec, "edge"), spec["region"].(string) //nolint:forcetypeassert // It is drawn.
	if _, known := awsfacts.CloudFrontPrefixList(region); known {
		delete(e, "originPrefixListID")
	} else if e["originPrefixListID"] == nil {
		e["originPrefixListID"] = "pl-00000000"
	}
	if !awsfacts.HasAccessLogs(region) {
		delete(e, "accessLogs")
	}
	if h := in(e, "responseHeaders"); h["hstsPreload"] == true {
		h["hstsIncludeSubdomains"], h["hstsSeconds"] = true, int64(31536000)
	}
	d := in(e, "domain")
	names, _ := d["additionalNames"].([]any)
	if d != nil && d["hostedZoneID"] == nil && names != nil {
		d["additionalNames"] = slices.DeleteFunc(slices.Clone(names), func(n any) bool {
			return !strings.HasSuffix(n.(string), "."+d["name"].(string)) //nolint:forcetypeassert // They are drawn.
		})
	}
}

// mendOverrides names rules that the rule sets have. The drawn name is a number.
func mendOverrides(spec object) {
	overrides, _ := in(spec, "edge", "waf")["overrides"].([]any)
	for _, o := range overrides {
		o := o.(object) //nolint:forcetypeassert // It is drawn.
		rules := awsfacts.WAFRules[o["ruleSet"].(string)]
		if i := slices.Index([]any{"0", "1", "2"}, o["rule"]); i >= 0 {
			o["rule"] = rules[i]
		}
	}
}

// mendServices chooses sizes that Fargate offers, and puts maxima above minima.
func mendServices(spec object) {
	for _, s := range behindBalancers(spec) {
		mendTask(s)
		check := in(s, "healthCheck")
		check["timeoutSeconds"] = min(number(check, "timeoutSeconds"), number(check, "intervalSeconds")-1)
		deployment := in(s, "deployment")
		room := max(number(deployment, "maxPercent")-100, 100-number(deployment, "minHealthyPercent"))
		if number(in(s, "scaling"), "min")*room < 100 {
			deployment["maxPercent"] = int64(200)
		}
	}
	workers, _ := spec["workers"].([]any)
	for _, w := range workers {
		mendWorker(spec, w.(object)) //nolint:forcetypeassert // It is drawn.
	}
	schedules, _ := spec["schedules"].([]any)
	for _, s := range schedules {
		mendSchedule(s.(object)) //nolint:forcetypeassert // It is drawn.
	}
}

// behindBalancers are the services behind load balancers.
func behindBalancers(spec object) []object {
	out := []object{in(spec, "frontend"), in(spec, "backend")}
	services, _ := spec["services"].([]any)
	for _, s := range services {
		out = append(out, s.(object)) //nolint:forcetypeassert // It is drawn.
	}
	return out
}

// mendProtocols leaves out services whose protocol needs a domain that the claim does not have,
// and what does not go with their protocol.
func mendProtocols(spec object) {
	services, ok := spec["services"].([]any)
	if !ok {
		return
	}
	plain := func(s any) bool { return s.(object)["protocol"] == "HTTP1" } //nolint:forcetypeassert // It is drawn.
	if in(spec, "edge", "domain") == nil {
		services = slices.DeleteFunc(slices.Clone(services), func(s any) bool { return !plain(s) })
	}
	for _, s := range services {
		service := s.(object) //nolint:forcetypeassert // It is drawn.
		if !plain(s) {
			delete(service, "expose")
		}
		if service["protocol"] == "GRPC" {
			service["stickySeconds"] = int64(0)
			delete(in(service, "healthCheck"), "successCodes")
		}
	}
	spec["services"] = services
}

// mendExposures leaves the hosts that CloudFront serves, or the domain if it serves none of them, at most four values,
// and no two rules that would hide each other: every path has one service.
func mendExposures(spec object) {
	names := []any{}
	if d := in(spec, "edge", "domain"); d != nil {
		more, _ := d["additionalNames"].([]any)
		names = append(append(names, d["name"]), more...)
	}
	taken := map[string]bool{}
	for _, s := range behindBalancers(spec)[1:] {
		if in(spec, "edge", "static") != nil {
			// Static files may have any path.
			delete(s, "expose")
		}
		e := in(s, "expose")
		if e == nil {
			continue
		}
		hosts, _ := e["hosts"].([]any)
		drawn := len(hosts) > 0
		hosts = slices.DeleteFunc(slices.Clone(hosts), func(h any) bool { return !slices.Contains(names, h) })
		if drawn && len(hosts) == 0 && len(names) > 0 {
			hosts = names[:1]
		}
		paths, _ := e["paths"].([]any)
		paths = slices.Clone(paths)
		paths = slices.DeleteFunc(paths,
			func(p any) bool { return taken[p.(string)] }) //nolint:forcetypeassert // Drawn.
		delete(e, "hosts")
		delete(e, "paths")
		if len(paths) == 0 {
			name, _ := s["name"].(string)
			paths = []any{"/of-" + cmp.Or(name, "backend") + "/*"}
		}
		for _, p := range paths {
			taken[p.(string)] = true //nolint:forcetypeassert // It is drawn.
		}
		e["paths"] = paths
		if len(hosts) > 0 {
			e["hosts"] = hosts[:min(len(hosts), 4-len(paths))]
		}
	}
}

// mendSchedule has one way to say when to run, and one task on Spot or on demand.
func mendSchedule(s object) {
	if s["overlap"] == "Forbid" || s["timeoutSeconds"] != nil {
		s["startAttempts"] = min(number(s, "startAttempts"), 3)
	}
	mendSize(s)
	if s["cron"] == nil && s["every"] == nil {
		s["every"] = "1 hour"
	}
	if s["cron"] != nil {
		delete(s, "every")
	} else {
		delete(s, "timeZone")
	}
	// Without a percentage, the preset's is 75.
	if spot := in(s, "spot"); spot != nil && number(spot, "percent") < 100 {
		spot["percent"] = int64(0)
	}
}

// mendTask makes a task whose number has bounds.
func mendTask(s object) {
	mendSize(s)
	scaling := in(s, "scaling")
	scaling["max"] = max(number(scaling, "min"), number(scaling, "max"))
}

// mendSize makes a size that Fargate has.
func mendSize(s object) {
	size := fargate[number(s, "cpu")]
	s["memory"] = min(max(number(s, "memory")/size.step*size.step, size.from), size.to)
	if s["memory"] == int64(1536) {
		s["memory"] = int64(2048)
	}
}

// mendWorker names a queue of the claim, or does without what needs one.
func mendWorker(spec, w object) {
	mendTask(w)
	scaling := in(w, "scaling")
	queues, _ := spec["queues"].([]any)
	for _, q := range queues {
		queue := q.(object) //nolint:forcetypeassert // It is drawn.
		if queue["name"] != w["queue"] {
			continue
		}
		if w["stopSeconds"] != nil && number(w, "stopSeconds") > number(queue, "visibilityTimeoutSeconds") {
			delete(w, "stopSeconds")
		}
		return
	}
	delete(w, "queue")
	delete(scaling, "backlogPerTask")
	scaling["min"] = max(1, number(scaling, "min"))
}

// mendQueues lets nothing send to a FIFO queue that cannot.
func mendQueues(spec object) {
	queues, _ := spec["queues"].([]any)
	for _, q := range queues {
		if queue := q.(object); queue["fifo"] != nil { //nolint:forcetypeassert // It is drawn.
			delete(queue, "producers")
		}
	}
}

// fargate is the memory that there is for a number of CPU units, in MiB.
var fargate = map[int64]struct{ from, to, step int64 }{
	256: {512, 2048, 512}, 512: {1024, 4096, 1024}, 1024: {2048, 8192, 1024}, 2048: {4096, 16384, 1024},
	4096: {8192, 30720, 1024}, 8192: {16384, 61440, 4096}, 16384: {32768, 122880, 8192},
}

// mendCredentials leaves one way to manage the master password.
func mendCredentials(spec object) {
	db := in(spec, "database")
	for i, u := range objectsIn(db, "users") {
		if i > 0 {
			u["access"] = "IAM"
		}
	}
	proxy := in(db, "proxy")
	if db["manageMasterUserPassword"] == true {
		db["readReplicas"], db["rotation"], proxy["enabled"] = int64(0), "Generation", false
	}
	if spec["permissionsBoundaryARN"] != nil || proxy["enabled"] == true {
		db["rotation"] = "Generation"
	}
	if db["rotation"] == "Application" {
		db["passwordRotationDays"] = max(1, number(db, "passwordRotationDays"))
	}
}

// mendSnapshot leaves a version that runs what is restored, which the simulator has made
// with 8.4.6.
func mendSnapshot(spec object) {
	if db := in(spec, "database"); db["restoreFromSnapshot"] != nil && db["version"] == "8.4.3" {
		db["version"] = "8.4"
	}
}

func mendStorage(spec object) {
	db := in(spec, "database")
	db["maxStorageGiB"] = max(number(db, "maxStorageGiB"), (number(db, "storageGiB")*11+9)/10)
}

// mendArchive removes copies, locks and tests of an archive that is not taken.
func mendArchive(spec object) {
	b := in(spec, "backup")
	if number(b, "archiveYears") > 0 {
		return
	}
	delete(b, "copyTo")
	b["lock"] = "None"
	in(b, "restoreTest")["enabled"] = false
}

// mendCopy leaves one destination, in another region.
func mendCopy(spec object) {
	b := in(spec, "backup")
	to := in(b, "copyTo")
	switch {
	case to == nil:
	case to["vaultARN"] != nil:
		delete(to, "region")
		delete(to, "pointInTime")
	case to["region"] == nil, to["region"] == spec["region"]:
		to["region"] = "ca-central-1"
	}
}

// mendRestoreTest tests restores elsewhere only where there is a copy.
func mendRestoreTest(spec object) {
	test := in(spec, "backup", "restoreTest")
	if in(spec, "backup", "copyTo")["vaultARN"] == nil {
		delete(test, "providerConfigRef")
	}
	if test["providerConfigRef"] == nil {
		delete(test, "subnetGroup")
	}
}

// carry keeps what a living claim cannot change, for rules that span several fields.
func carry(old, spec object) {
	for _, path := range [][]string{
		{"availabilityZones"}, {"network", "existing"}, {"database", "restoreFromSnapshot"},
	} {
		keep(old, spec, path...)
	}
	if in(old, "edge")["origin"] == "VPCOrigin" &&
		(in(old, "edge", "domain") == nil) != (in(spec, "edge", "domain") == nil) {
		keep(old, spec, "edge", "domain")
	}
	if in(old, "edge", "domain") != nil && in(spec, "edge", "domain") != nil {
		keep(old, spec, "edge", "domain", "hostedZoneID")
		keep(old, spec, "edge", "domain", "name")
		if in(old, "edge", "domain")["phase"] == "Serve" {
			keep(old, spec, "edge", "domain", "phase")
		}
	}
	carryQueues(old, spec)
	carryServices(old, spec)
	was, db := in(old, "database"), in(spec, "database")
	if v, _ := db["version"].(string); v < was["version"].(string) { //nolint:forcetypeassert // It is drawn.
		db["version"] = was["version"]
	}
	db["storageGiB"] = max(number(was, "storageGiB"), number(db, "storageGiB"))
	db["passwordGeneration"] = max(number(was, "passwordGeneration"), number(db, "passwordGeneration"))
	if n := max(number(was, "usersGeneration"), number(db, "usersGeneration")); n > 0 {
		db["usersGeneration"] = n
	}
	if db["rotation"] == "Application" {
		db["passwordGeneration"] = was["passwordGeneration"]
	}
}

// carryServices keeps the place of each service in the network, and its protocol.
func carryServices(old, spec object) {
	was, _ := old["services"].([]any)
	is, _ := spec["services"].([]any)
	for _, s := range is {
		for _, o := range was {
			service, before := s.(object), o.(object) //nolint:forcetypeassert // They are drawn.
			if service["name"] == before["name"] {
				service["data"], service["protocol"] = before["data"], before["protocol"]
			}
		}
	}
}

// carryQueues keeps the kind of each queue.
func carryQueues(old, spec object) {
	was, _ := old["queues"].([]any)
	is, _ := spec["queues"].([]any)
	for _, q := range is {
		for _, o := range was {
			queue, before := q.(object), o.(object) //nolint:forcetypeassert // They are drawn.
			if queue["name"] != before["name"] {
				continue
			}
			delete(queue, "fifo")
			if f, ok := before["fifo"]; ok {
				queue["fifo"] = runtime.DeepCopyJSONValue(f)
				delete(queue, "producers")
			}
		}
	}
}

// keep makes a field what it was, or not set where it was not.
func keep(old, spec object, path ...string) {
	parents, name := path[:len(path)-1], path[len(path)-1]
	delete(in(spec, parents...), name)
	if v, ok := in(old, parents...)[name]; ok {
		in(spec, parents...)[name] = runtime.DeepCopyJSONValue(v)
	}
}
