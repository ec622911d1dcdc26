package rules

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// watchRules are about alarms, whom they notify, and logs.
var watchRules = []Rule{{
	ID: "watch-alarms",
	Title: "Each alarm watches the metric of the table, in the table's direction, against the claim's " +
		"threshold, and tells its region's topic.",
	Why: "An alarm that is inverted, or watches nothing, is silent until it is needed.",
	Source: "Kasha: docs/alarms.md; " +
		"https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/" +
		"Best_Practice_Recommended_Alarms_AWS_Services.html",
	check: alarmsAreOfTheTable,
}, {
	ID:     "watch-critical",
	Title:  "The critical alarm rings when any alarm of its table does, by their names in AWS.",
	Why:    "AWS accepts the name of an alarm that the claim does not own.",
	Source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
	check:  criticalNamesItsAlarms,
}, {
	ID: "watch-budget",
	Title: "A budget of the claim's amount counts what has the claim's tag, and tells at 80 % spent and when " +
		"more than all is foreseen.",
	Why:    "A budget of the whole account, or of nothing, tells nothing.",
	Source: "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html",
	check:  budgetIsTheClaims,
}, {
	ID:     "watch-topic-policy",
	Title:  "Each topic admits the alarms and the budget that publish to it.",
	Why:    "What is refused is nowhere reported.",
	Source: "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
	check:  topicsAdmitTheirPublishers,
}, {
	ID:     "watch-subscriptions",
	Title:  "Every e-mail address of the claim is subscribed to every topic, and no other address is.",
	Why:    "A missing address is not notified, and a further one must not be.",
	Source: "Kasha: docs/alarms.md",
	check:  addressesAreSubscribed,
}, {
	ID:     "watch-log-groups",
	Title:  "Every log group that an AWS service writes to is composed, and kept for the claim's days.",
	Why:    "AWS makes a missing group itself, without the claim's key, and keeps its lines forever.",
	Source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
	check:  noGroupIsLeftToAWS,
}, rollbackRule}

// An alarm is what is known of one, in words, by name of the field.
type alarm map[string]string

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
	gib    = 1 << 30
)

// above and below are the direction, the threshold, the seconds of a period and how many periods in a row.
func above(threshold float64, period, periods float64) alarm {
	return line("GreaterThanThreshold", threshold, period, periods)
}

func below(threshold float64, period, periods float64) alarm {
	return line("LessThanThreshold", threshold, period, periods)
}

func line(direction string, threshold, period, periods float64) alarm {
	return alarm{
		"comparisonOperator": direction, "threshold": written(threshold), "period": written(period),
		"evaluationPeriods": written(periods), "datapointsToAlarm": written(periods),
	}
}

// of adds the metric: namespace, name and statistic, and its dimensions.
func (a alarm) of(namespace, metric, statistic string, dimensions map[string]string) alarm {
	a["namespace"], a["metricName"], a["statistic"] = namespace, metric, statistic
	a["dimensions"] = pairs(dimensions)
	return a
}

// computed adds the lines of an expression instead of a metric.
func (a alarm) computed(lines ...string) alarm {
	delete(a, "period")
	a["metricQuery"] = strings.Join(lines, "\n")
	return a
}

// silent adds what a metric without a value means, and where the alarm is and whom it tells.
func (a alarm) silent(missing string, w World, topic, region string) alarm {
	a["treatMissingData"], a["region"] = missing, region
	a["alarmActions"], a["okActions"] = w.arn(topic), w.arn(topic)
	return a
}

func pairs(m map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, k+"="+m[k])
	}
	return strings.Join(out, " ")
}

// What an alarm does while its metric has no value. An idle load balancer, firewall or queue sends no values, and is
// fine. A database or a certificate without values may be broken, so its alarm keeps its state. A service sends no
// values if none of its tasks runs, which is an outage.
const (
	silenceIsGood = "notBreaching"
	silenceIsNone = "ignore"
	silenceIsBad  = "breaching"
)

// expectedAlarms are all alarms of a claim, by key.
func expectedAlarms(w World) map[string]alarm {
	out := map[string]alarm{}
	home := func(key, missing string, a alarm) { out[key] = a.silent(missing, w, "topic-alarms", w.region()) }
	for balancer, service := range map[string]string{"public": "frontend", "internal": "backend"} {
		home("alarm-"+balancer+"-5xx", silenceIsGood, errorRate(w, balancer))
		home("alarm-"+service+"-unhealthy", silenceIsGood, unhealthy(w, balancer, service))
	}
	for _, service := range services(w) {
		balancer, group := "internal", service
		if way := in(w.Claim, "spec."+service+".way"); way != "internal" {
			group = way + "-" + service
			if way == "public" {
				balancer = way
			}
		}
		home("alarm-"+service+"-unhealthy", silenceIsGood, unhealthy(w, balancer, group))
	}
	for _, service := range append(services(w), "frontend", "backend") {
		home("alarm-"+service+"-tasks", silenceIsBad, tooFewTasks(w, service))
		home("alarm-"+service+"-cpu", silenceIsGood, busy(w, service, "CPUUtilization", "serviceCPUPercent"))
		home("alarm-"+service+"-memory", silenceIsGood, busy(w, service, "MemoryUtilization", "serviceMemoryPercent"))
	}
	for _, worker := range workers(w) {
		if least, _ := number(w.Claim, "spec."+worker+".scaling.min"); least > 0 {
			home("alarm-"+worker+"-tasks", silenceIsBad, tooFewTasks(w, worker))
			continue
		}
		out["alarm-"+worker+"-wake"] = idle(w, worker)
	}
	for _, instance := range databases(w) {
		for name, a := range databaseAlarms(w, instance) {
			home("alarm-"+instance+"-"+name, silenceIsNone, a)
		}
	}
	for name, a := range clusterAlarms(w) {
		home(name, silenceIsNone, a)
	}
	if isCopy(w) && w.Desired["db-node-1"] != nil {
		home("alarm-db-copy-lag", silenceIsBad, copyAlarm(w))
	}
	for _, queue := range objects(lookup(w.Claim, "spec", "queues")) {
		dlq := "dlq-" + text(queue, "name")
		is := map[string]string{"QueueName": text(params(w.Desired[dlq]), "name")}
		messages := "ApproximateNumberOfMessagesVisible"
		home("alarm-"+dlq, silenceIsGood, above(0, minute, 1).of("AWS/SQS", messages, "Maximum", is))
	}
	for _, more := range []map[string]alarm{backupAlarms(w), scheduleAlarms(w)} {
		for name, a := range more {
			home(name, silenceIsGood, a)
		}
	}
	maps.Copy(out, rollbackAlarms(w))
	maps.Copy(out, edgeAlarms(w))
	return out
}

// unhealthy waits longer than ECS takes to replace a task.
func unhealthy(w World, balancer, service string) alarm {
	return above(0, minute, 5).of("AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", map[string]string{
		"LoadBalancer": text(w.at("alb-"+balancer), "arnSuffix"),
		"TargetGroup":  text(w.at("targetgroup-"+service), "arnSuffix"),
	})
}

// idle starts the first task of a worker that has none: it acts on scaling and notifies nobody.
func idle(w World, worker string) alarm {
	queue := text(params(w.Desired["queue-"+text(w.Claim, "spec", worker, "queue")]), "name")
	a := above(0, minute, 1).computed(
		"visible: AWS/SQS ApproximateNumberOfMessagesVisible Maximum 60 QueueName="+queue,
		"running: ECS/ContainerInsights RunningTaskCount Average 60 ClusterName="+externalName(w.Desired["cluster"])+
			" ServiceName="+worker,
		"idle: IF(FILL(visible, 0) > 0 AND FILL(running, 0) < 1, 1, 0) !",
	)
	a["treatMissingData"], a["region"] = silenceIsGood, w.region()
	a["alarmActions"], a["okActions"] = w.arn("scalingpolicy-wake-"+worker), ""
	return a
}

// tooFewTasks is about the tasks that the claim wants at least.
func tooFewTasks(w World, service string) alarm {
	least, _ := number(w.Claim, "spec."+service+".scaling.min")
	return below(least, minute, 10).of("ECS/ContainerInsights", "RunningTaskCount", "Average", map[string]string{
		"ClusterName": externalName(w.Desired["cluster"]), "ServiceName": service,
	})
}

// backupAlarms are about the monthly jobs of the archive, by the vault that they start from.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html
func backupAlarms(w World) map[string]alarm {
	if years, _ := number(w.Claim, "spec.backup.archiveYears"); years == 0 {
		return nil
	}
	of := "AWS/Backup %s Sum 86400 BackupVaultName=" + externalName(w.Desired["vault"])
	out := map[string]alarm{"alarm-backup-jobs": above(0, day, 1).computed(
		"m1: "+fmt.Sprintf(of, "NumberOfBackupJobsFailed"),
		"m2: "+fmt.Sprintf(of, "NumberOfBackupJobsAborted"),
		"m3: "+fmt.Sprintf(of, "NumberOfBackupJobsExpired"),
		"jobs: FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0) !",
	)}
	if lookup(w.Claim, "spec", "backup", "copyTo") != nil {
		out["alarm-backup-copies"] = above(0, day, 1).computed(
			"m1: "+fmt.Sprintf(of, "NumberOfCopyJobsFailed"),
			"jobs: FILL(m1, 0) !",
		)
	}
	return out
}

// busy is about the average of a service's tasks.
func busy(w World, service, metric, percent string) alarm {
	return above(threshold(w, percent), 5*minute, 3).of("AWS/ECS", metric, "Average", map[string]string{
		"ClusterName": externalName(w.Desired["cluster"]), "ServiceName": service,
	})
}

// threshold is one of the claim's.
func threshold(w World, field string) float64 {
	n, _ := number(w.Claim, "spec.alarms.thresholds."+field)
	return n
}

// databases are the keys of the claim's instances.
func databases(w World) []string {
	if w.Desired["db-primary"] == nil && (isOfAurora(w) || lookup(w.Claim, "spec", "database", "move") != nil) {
		return nil
	}
	out := []string{"db-primary"}
	replicas, _ := number(w.Claim, "spec.database.readReplicas")
	for i := range int(replicas) {
		out = append(out, fmt.Sprintf("db-replica-%d", i+1))
	}
	return out
}

// errorRate is the percentage of errors among what the balancer forwards and what it answers itself.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
func errorRate(w World, balancer string) alarm {
	of := "AWS/ApplicationELB %s Sum 300 LoadBalancer=" + text(w.at("alb-"+balancer), "arnSuffix")
	return above(threshold(w, "errorPercent"), 5*minute, 1).computed(
		"forwarded: "+fmt.Sprintf(of, "RequestCount"),
		"balancer: "+fmt.Sprintf(of, "HTTPCode_ELB_5XX_Count"),
		"targets: "+fmt.Sprintf(of, "HTTPCode_Target_5XX_Count"),
		"requests: FILL(forwarded, 0) + FILL(balancer, 0)",
		"percent: 100 * (FILL(balancer, 0) + FILL(targets, 0)) / IF(requests < 100, 100, requests) !",
	)
}

func databaseAlarms(w World, instance string) map[string]alarm {
	is := map[string]string{"DBInstanceIdentifier": text(params(w.Desired[instance]), "identifier")}
	free := volume(w, instance) * gib * threshold(w, "databaseFreeStoragePercent") / 100
	spare := memory(w) * gib * threshold(w, "databaseFreeMemoryPercent") / 100
	out := map[string]alarm{
		"cpu": above(threshold(w, "databaseCPUPercent"), 5*minute, 3).of("AWS/RDS", "CPUUtilization",
			"Average", is),
		"storage":     below(free, 5*minute, 1).of("AWS/RDS", "FreeStorageSpace", "Minimum", is),
		"connections": above(connections(w), minute, 5).of("AWS/RDS", "DatabaseConnections", "Maximum", is),
		"memory":      below(spare, 5*minute, 3).of("AWS/RDS", "FreeableMemory", "Average", is),
	}
	if earned, burstable := hourlyCredits[in(w.Claim, "spec.database.instanceClass")]; burstable {
		if n, ok := number(w.Claim, "spec.alarms.thresholds.databaseCPUCredits"); ok {
			earned = n
		}
		out["credits"] = below(earned, hour, 3).of("AWS/RDS", "CPUCreditBalance", "Average", is)
	}
	if instance != "db-primary" {
		// A replica that does not replicate says -1.
		// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_MySQL.Replication.ReadReplicas.html
		out["lag"] = above(threshold(w, "replicaLagSeconds"), minute, 5).computed(
			"lag: AWS/RDS ReplicaLag Maximum 60 "+pairs(is),
			"behind: IF(lag < 0, "+written(float64(day))+", lag) !",
		)
	}
	return out
}

// memoryGiB of the classes whose threshold is checked.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
var memoryGiB = map[string]float64{
	"db.t3.micro": 1, "db.t3.small": 2, "db.t3.medium": 4, "db.t3.large": 8,
	"db.t4g.micro": 1, "db.t4g.small": 2, "db.t4g.medium": 4, "db.t4g.large": 8,
	"db.m7g.large": 8, "db.m8g.large": 8, "db.r7g.large": 16, "db.r8g.large": 16, "db.r8g.xlarge": 32,
}

// hourlyCredits of the burstable classes.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html
var hourlyCredits = map[string]float64{
	"db.t3.micro": 12, "db.t3.small": 24, "db.t3.medium": 24, "db.t3.large": 36, "db.t3.xlarge": 96,
	"db.t3.2xlarge": 192,
	"db.t4g.micro":  12, "db.t4g.small": 24, "db.t4g.medium": 24, "db.t4g.large": 36, "db.t4g.xlarge": 96,
	"db.t4g.2xlarge": 192,
}

// volume is the size of an instance's volume in GiB: what AWS has grown it to, and at least what the claim wants.
func volume(w World, instance string) float64 {
	wanted, _ := number(w.Claim, "spec.database.storageGiB")
	grown, _ := number(w.at(instance), "allocatedStorage")
	return max(wanted, grown)
}

// memory of the claim's class in GiB, or the 16 GiB that an unknown class has at least.
func memory(w World) float64 {
	if known := memoryGiB[in(w.Claim, "spec.database.instanceClass")]; known > 0 {
		return known
	}
	return 16
}

// connections is where an instance has too many: the claim's number, else 60 % of what RDS lets MySQL have on the
// class.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
func connections(w World) float64 {
	if n, ok := number(w.Claim, "spec.alarms.thresholds.databaseConnections"); ok {
		return n
	}
	memory, known := memoryGiB[in(w.Claim, "spec.database.instanceClass")]
	if !known {
		return 100
	}
	const bytesPerConnection = 12582880
	return float64(int(0.6 * memory * gib / bytesPerConnection))
}

// edgeAlarms watch what reports to us-east-1, and the certificate at the origin.
func edgeAlarms(w World) map[string]alarm {
	topic := "topic-alarms-edge"
	if w.region() == globalRegion {
		topic = "topic-alarms"
	}
	firewall := map[string]string{
		"WebACL": in(params(w.Desired["webacl"]), "visibilityConfig.metricName"), "Rule": "ALL",
	}
	blocked := above(threshold(w, "blockedRequests"), 5*minute, 1).of("AWS/WAFV2", "BlockedRequests", "Sum", firewall)
	out := map[string]alarm{
		"alarm-waf-blocked": blocked.silent(silenceIsGood, w, topic, globalRegion),
		"alarm-edge-5xx":    edgeErrors(w).silent(silenceIsGood, w, topic, globalRegion),
	}
	if !hasDomain(w) {
		return out
	}
	expiring := func(where string) alarm {
		is := map[string]string{"CertificateArn": w.certificate(where)}
		return below(30, day, 1).of("AWS/CertificateManager", "DaysToExpiry", "Minimum", is)
	}
	if w.certificate("internal") != "" {
		out["alarm-certificate-internal"] = expiring("internal").silent(silenceIsNone, w, "topic-alarms", w.region())
	}
	out["alarm-certificate-edge"] = expiring("edge").silent(silenceIsNone, w, topic, globalRegion)
	if w.region() != globalRegion {
		out["alarm-certificate-origin"] = expiring("origin").silent(silenceIsNone, w, "topic-alarms", w.region())
	}
	return out
}

// edgeErrors is the percentage of errors among all that CloudFront answers, its own included.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
func edgeErrors(w World) alarm {
	of := "DistributionId=" + text(w.at("distribution"), "id") + " Region=Global"
	return above(threshold(w, "errorPercent"), 5*minute, 1).computed(
		"rate: AWS/CloudFront 5xxErrorRate Average 300 "+of,
		"requests: AWS/CloudFront Requests Sum 300 "+of,
		"percent: rate * requests / IF(requests < 100, 100, requests) !",
	)
}

// certificate is the ARN of the certificate at the edge or at the origin.
func (w World) certificate(where string) string {
	for _, key := range w.keys("acm/Certificate") {
		if strings.HasPrefix(key, "certificate-"+where+"-") {
			return w.arn(key)
		}
	}
	return ""
}

func alarmsAreOfTheTable(w World) []Violation {
	var out []Violation
	want := expectedAlarms(w)
	for _, key := range w.keys("cloudwatch/MetricAlarm") {
		if want[key] == nil {
			out = append(out, violation(key, "is not in the table of alarms"))
			continue
		}
		for _, m := range want[key].differences(alarmOf(w.Desired[key])) {
			out = append(out, Violation{Key: key, Message: m})
		}
	}
	for key := range want {
		if w.Settled && w.Desired[key] == nil {
			out = append(out, violation(key, "is missing"))
		}
	}
	return out
}

// alarmFields are all fields of an alarm that decide whether and whom it tells.
var alarmFields = []string{
	"namespace", "metricName", "statistic", "extendedStatistic", "dimensions", "period", "unit", "metricQuery",
	"comparisonOperator", "threshold", "thresholdMetricId", "evaluationPeriods", "datapointsToAlarm",
	"treatMissingData",
	"evaluateLowSampleCountPercentiles", "actionsEnabled", "alarmActions", "okActions", "insufficientDataActions",
	"region",
}

func alarmOf(o map[string]any) alarm {
	p, out := params(o), alarm{}
	for _, f := range alarmFields {
		if p[f] != nil {
			out[f] = in(p, f)
		}
	}
	if p["dimensions"] != nil {
		out["dimensions"] = dimensions(p["dimensions"])
	}
	if p["metricQuery"] != nil {
		out["metricQuery"] = queries(p["metricQuery"])
	}
	return out
}

func dimensions(v any) string {
	out := map[string]string{}
	for k, e := range asMap(v) {
		out[k] = written(e)
	}
	return pairs(out)
}

// queries are a line for each metric or expression. The one that the alarm looks at ends in an exclamation mark.
func queries(v any) string {
	var out []string
	for _, q := range objects(v) {
		is := text(q, "id") + ": "
		if m := asMap(q["metric"]); m != nil {
			is += words(m, "namespace", "metricName", "stat", "period") + " " + dimensions(m["dimensions"])
		} else {
			is += text(q, "expression")
		}
		if q["returnData"] == true {
			is += " !"
		}
		out = append(out, is)
	}
	return strings.Join(out, "\n")
}

// words are fields of an object, by dotted paths.
func words(o map[string]any, dotted ...string) string {
	out := make([]string, len(dotted))
	for i, d := range dotted {
		out[i] = in(o, d)
	}
	return strings.Join(out, " ")
}

func (a alarm) differences(is alarm) []string {
	var out []string
	for _, f := range alarmFields {
		if a[f] != is[f] {
			out = append(out, fmt.Sprintf("has %s %q, want %q", f, is[f], a[f]))
		}
	}
	return out
}

// criticals are the alarms that page the person on call. A composite alarm cannot name an alarm of another region, so
// that of the edge is in it only where they share a region.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
func criticals(w World) []string {
	out := []string{
		"alarm-db-primary-connections", "alarm-db-primary-storage", "alarm-internal-5xx", "alarm-public-5xx",
	}
	if isOfAurora(w) {
		out = []string{
			"alarm-db-cluster-volume", "alarm-db-node-1-connections", "alarm-internal-5xx", "alarm-public-5xx",
		}
	}
	if w.region() == globalRegion {
		out = append(out, "alarm-edge-5xx")
	}
	return out
}

var inAlarm = regexp.MustCompile(`^ALARM\("([^"]+)"\)$`)

func criticalNamesItsAlarms(w World) []Violation {
	var out []Violation
	for _, key := range w.keys("cloudwatch/CompositeAlarm") {
		p := params(w.Desired[key])
		var got, want []string
		for _, part := range strings.Split(text(p, "alarmRule"), " OR ") {
			if m := inAlarm.FindStringSubmatch(part); m != nil {
				got = append(got, m[1])
			}
		}
		for _, of := range criticals(w) {
			want = append(want, externalName(w.Desired[of]))
		}
		slices.Sort(got)
		slices.Sort(want)
		if key != "alarm-critical" || !slices.Equal(got, want) {
			out = append(out, violation(key, "rings for %v, want %v", got, want))
		}
		topic := w.arn("topic-alarms")
		tells := words(p, "alarmActions", "okActions", "region") == topic+" "+topic+" "+w.region()
		if in(p, "actionsEnabled") == "false" || !tells {
			out = append(out, violation(key, "does not tell the claim's topic"))
		}
	}
	if w.Settled && w.Desired["alarm-critical"] == nil {
		out = append(out, violation("alarm-critical", "is missing"))
	}
	return out
}

func budgetIsTheClaims(w World) []Violation {
	wanted := hasBudget(w)
	o := w.Desired["budget"]
	if o == nil {
		if wanted && w.Settled {
			return []Violation{{Key: "budget", Message: "is missing"}}
		}
		return nil
	}
	p := params(o)
	var tells []string
	for _, n := range objects(p["notification"]) {
		how := words(n, "notificationType", "comparisonOperator", "threshold", "thresholdType",
			"subscriberSnsTopicArns")
		tells = append(tells, how)
	}
	topic := w.arn("topic-alarms")
	got := map[string]string{
		"limit": words(p, "limitAmount", "limitUnit", "timeUnit", "budgetType"),
		"of":    words(p, "costFilter.0.name", "costFilter.0.values"),
		"tells": strings.Join(tells, "; "),
	}
	want := map[string]string{
		"limit": budgetOf(w, words(p, "limitAmount")) + " USD MONTHLY COST",
		"of":    "TagKeyValue user:kasha.io/stack$" + w.stack(),
		"tells": "ACTUAL GREATER_THAN 80 PERCENTAGE " + topic + "; FORECASTED GREATER_THAN 100 PERCENTAGE " + topic,
	}
	if !wanted || !maps.Equal(got, want) {
		return []Violation{{Key: "budget", Message: fmt.Sprintf("is %v, want %v", got, want)}}
	}
	return nil
}

// budgetOf is the amount that a budget must have. That of auto is a fifth more than the estimate, which the status
// rounds, so it is what the budget has where that is near enough. A claim may have lost its status; then any amount
// will do.
func budgetOf(w World, has string) string {
	if limit, fixed := number(w.Claim, "spec.alarms.monthlyBudgetUSD"); fixed {
		return written(limit)
	}
	total, err := strconv.ParseFloat(strings.TrimPrefix(in(w.Claim, "status.cost.totalUSD"), ">= "), 64)
	got, wrong := strconv.ParseFloat(has, 64)
	if wrong == nil && got == math.Trunc(got) && got > 0 && (err != nil || math.Abs(got-1.2*total) < 2) {
		return has
	}
	return written(math.Ceil(1.2 * total))
}

// A publisher is what tells a topic something, by the service that AWS does it with.
type publisher struct{ by, topic, service string }

func publishers(w World) []publisher {
	var out []publisher
	for _, kind := range []string{"cloudwatch/MetricAlarm", "cloudwatch/CompositeAlarm"} {
		for _, key := range w.keys(kind) {
			for _, arn := range texts(params(w.Desired[key])["alarmActions"]) {
				// What an alarm does to scaling goes through no topic.
				if kindOf(w.Desired[w.byARN(arn)]) == "appautoscaling/Policy" {
					continue
				}
				out = append(out, publisher{key, w.byARN(arn), "cloudwatch.amazonaws.com"})
			}
		}
	}
	for _, key := range w.keys("cloudwatchevents/Target") {
		p := params(w.Desired[key])
		out = append(out, publisher{w.ref(p, "rule"), w.byARN(text(p, "arn")), "events.amazonaws.com"})
	}
	for _, key := range w.keys("budgets/Budget") {
		for _, n := range objects(params(w.Desired[key])["notification"]) {
			for _, arn := range texts(n["subscriberSnsTopicArns"]) {
				out = append(out, publisher{key, w.byARN(arn), "budgets.amazonaws.com"})
			}
		}
	}
	return out
}

func topicsAdmitTheirPublishers(w World) []Violation {
	if !w.Settled {
		// An alarm that is made before its topic's policy rings a little later.
		return nil
	}
	var out []Violation
	for _, p := range publishers(w) {
		admitted := slices.ContainsFunc(w.keys("sns/TopicPolicy"), func(key string) bool {
			o := params(w.Desired[key])
			var d document
			return w.ref(o, "arn") == p.topic && decode(text(o, "policy"), &d) == nil && d.allows(request{
				kind: "Service", caller: p.service, action: "sns:Publish", resource: w.arn(p.topic),
				context: publishing(w, p),
			})
		})
		if !admitted {
			out = append(out, Violation{Key: p.topic, Message: "does not admit " + p.by})
		}
	}
	return out
}

// publishing is what AWS tells of a publisher.
func publishing(w World, p publisher) map[string]string {
	arn := w.arn(p.by)
	if p.service == "budgets.amazonaws.com" {
		arn = "arn:aws:budgets::" + w.account() + ":budget/" + externalName(w.Desired[p.by])
	}
	return map[string]string{"aws:SourceAccount": w.account(), "aws:SourceArn": arn}
}

func addressesAreSubscribed(w World) []Violation {
	have := map[[2]string]bool{}
	emails := texts(lookup(w.Claim, "spec", "alarms", "emails"))
	var out []Violation
	for _, key := range w.keys("sns/TopicSubscription") {
		p := params(w.Desired[key])
		topic, address := w.ref(p, "topicArn"), text(p, "endpoint")
		have[[2]string{topic, address}] = true
		near := w.Desired[topic] == nil || text(p, "region") == text(params(w.Desired[topic]), "region")
		if text(p, "protocol") != "email" || !slices.Contains(emails, address) || !near {
			out = append(out, violation(key, "tells %s of %s by %s", address, topic, text(p, "protocol")))
		}
	}
	for _, topic := range w.keys("sns/Topic") {
		for _, address := range emails {
			if !have[[2]string{topic, address}] {
				out = append(out, Violation{Key: topic, Message: "does not tell " + address})
			}
		}
	}
	return out
}

func noGroupIsLeftToAWS(w World) []Violation {
	groups := map[string]bool{}
	var out []Violation
	days := in(w.Claim, "spec.logs.retentionDays")
	for _, key := range w.keys("cloudwatchlogs/Group") {
		o := w.Desired[key]
		groups[externalName(o)] = true
		if got := in(params(o), "retentionInDays"); got != days {
			out = append(out, violation(key, "is kept for %q days, want %s", got, days))
		}
	}
	if !w.Settled {
		return out
	}
	for group, by := range writtenGroups(w) {
		if !groups[group] {
			out = append(out,
				Violation{Key: by, Message: "writes to the log group " + group + ", which is not composed"})
		}
	}
	return out
}

// writtenGroups are the log groups that AWS's services make themselves where they are missing, and what writes to
// each.
func writtenGroups(w World) map[string]string {
	out := map[string]string{}
	for _, key := range w.keys("rds/Cluster") {
		for _, log := range texts(params(w.Desired[key])["enabledCloudwatchLogsExports"]) {
			out["/aws/rds/cluster/"+externalName(w.Desired[key])+"/"+log] = key
		}
	}
	for _, key := range w.keys("rds/Instance") {
		p := params(w.Desired[key])
		for _, log := range texts(p["enabledCloudwatchLogsExports"]) {
			out["/aws/rds/instance/"+text(p, "identifier")+"/"+log] = key
		}
	}
	for _, key := range w.keys("ecs/Cluster") {
		out["/aws/ecs/containerinsights/"+externalName(w.Desired[key])+"/performance"] = key
	}
	for _, key := range w.keys("ecs/TaskDefinition") {
		for _, c := range containersOf(w.Desired[key]) {
			out[c.LogConfiguration.Options["awslogs-group"]] = key
		}
	}
	return out
}
