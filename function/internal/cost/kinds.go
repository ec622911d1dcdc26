package cost

import (
	"encoding/json"
	"strconv"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/prices"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A kind is what AWS bills for the resources of a kind: bills adds it to the meter. Free is why it bills nothing.
type kind struct {
	free  string
	bills func(*meter, *stack.Resource)
}

// Reasons why a kind costs nothing.
const (
	network  = "A part of a network costs nothing."
	setting  = "A setting of another resource costs nothing."
	identity = "IAM costs nothing."
)

// byName says of each kind what AWS bills for it, in the order of the names. A new kind gets a line here, and the
// test of this table fails without it.
var byName = map[string]kind{
	"acm/Certificate":           {free: "A public certificate costs nothing."},
	"acm/CertificateValidation": {free: setting},

	"appautoscaling/Policy": {free: "Scaling costs nothing; its alarms are AWS's own, and the tasks are counted."},
	"appautoscaling/Target": {free: setting},

	"backup/Plan":                   {free: "AWS Backup bills what its vaults hold."},
	"backup/Selection":              {free: setting},
	"backup/Vault":                  {bills: vault},
	"backup/VaultLockConfiguration": {free: setting},

	"budgets/Budget": {free: "A budget without actions costs nothing."},

	"cloudformation/Stack": {bills: template},

	"cloudfront/CachePolicy":           {free: setting},
	"cloudfront/Distribution":          {bills: distribution},
	"cloudfront/Function":              {bills: edgeFunction},
	"cloudfront/OriginAccessControl":   {free: setting},
	"cloudfront/ResponseHeadersPolicy": {free: setting},
	"cloudfront/VPCOrigin":             {free: "A VPC origin costs nothing."},

	"cloudwatch/CompositeAlarm": each("cloudwatch/composite-alarm-month", "Composite alarms"),
	"cloudwatch/Dashboard":      each("cloudwatch/dashboard-month", "Dashboards"),
	"cloudwatch/MetricAlarm":    {bills: metricAlarm},

	"cloudwatchevents/Rule":   {free: "AWS's own events cost nothing."},
	"cloudwatchevents/Target": {free: setting},

	"cloudwatchlogs/Group":        {bills: logs},
	"cloudwatchlogs/MetricFilter": each("cloudwatch/metric-month", "Metrics of log filters"),

	"ec2/DefaultNetworkACL":                   {free: network},
	"ec2/DefaultSecurityGroup":                {free: network},
	"ec2/EIP":                                 hourly("ec2/public-ipv4-hour", "Public IPv4 addresses"),
	"ec2/FlowLog":                             {free: "Its records are billed with the log group that they are in."},
	"ec2/InternetGateway":                     {free: network},
	"ec2/NATGateway":                          {bills: natGateway},
	"ec2/NetworkACL":                          {free: network},
	"ec2/NetworkACLRule":                      {free: network},
	"ec2/Route":                               {free: network},
	"ec2/RouteTable":                          {free: network},
	"ec2/RouteTableAssociation":               {free: network},
	"ec2/SecurityGroup":                       {free: network},
	"ec2/SecurityGroupRule":                   {free: network},
	"ec2/Subnet":                              {free: network},
	"ec2/VPC":                                 {free: network},
	"ec2/VPCEndpoint":                         {free: "AWS bills the endpoint's subnets, and no gateway."},
	"ec2/VPCEndpointRouteTableAssociation":    {free: network},
	"ec2/VPCEndpointSecurityGroupAssociation": {free: network},
	"ec2/VPCEndpointSubnetAssociation":        hourly("ec2/interface-endpoint-hour", "Interface endpoints"),

	"ecr/LifecyclePolicy": {free: setting},
	"ecr/Repository":      {bills: repository},

	"ecs/Cluster":                  {bills: cluster},
	"ecs/ClusterCapacityProviders": {free: setting},
	"ecs/Service":                  {bills: service},
	"ecs/TaskDefinition":           {free: "AWS bills the tasks of the services and schedules that run it."},

	"elbv2/LB":             {bills: balancer},
	"elbv2/LBListener":     {free: "Capacity units are counted with the load balancer."},
	"elbv2/LBListenerRule": {free: "Capacity units are counted with the load balancer."},
	"elbv2/LBTargetGroup":  {free: "Capacity units are counted with the load balancer."},

	"iam/Role":                 {free: identity},
	"iam/RolePolicy":           {free: identity},
	"iam/RolePolicyAttachment": {free: identity},

	"kms/Alias": {free: "A second name of a key costs nothing."},
	"kms/Key":   each("kms/key-month", "KMS keys"),

	"lambda/Invocation": {free: "The runner of releases runs a few times a month, for less than a cent."},

	"rds/Cluster":                               {bills: auroraCluster},
	"rds/ClusterInstance":                       {bills: auroraNode},
	"rds/ClusterParameterGroup":                 {free: setting},
	"rds/ClusterSnapshot":                       {free: "The claim only reads it, and another owner pays for it."},
	"rds/DBInstanceAutomatedBackupsReplication": {bills: backupsCopy},
	"rds/Instance":                              {bills: database},
	"rds/ParameterGroup":                        {free: setting},
	"rds/Proxy":                                 {bills: databaseProxy},
	"rds/ProxyDefaultTargetGroup":               {free: setting},
	"rds/ProxyTarget":                           {free: setting},
	"rds/Snapshot":                              {free: "The claim only reads it, and another owner pays for it."},
	"rds/SubnetGroup":                           {free: network},

	"route53/Record": {free: "A record costs nothing, and neither do queries for an alias."},
	"route53/Zone":   each("route53/zone-month", "Hosted zones"),

	"s3/Bucket":                                  {bills: bucket},
	"s3/BucketCorsConfiguration":                 {free: setting},
	"s3/BucketOwnershipControls":                 {free: setting},
	"s3/BucketPolicy":                            {free: setting},
	"s3/BucketPublicAccessBlock":                 {free: setting},
	"s3/BucketServerSideEncryptionConfiguration": {free: setting},
	"s3/BucketVersioning":                        {free: "Old versions are a part of the bucket's gigabytes."},

	"scheduler/Schedule":      {bills: schedule},
	"scheduler/ScheduleGroup": {free: setting},

	"secretsmanager/Secret":         each("secretsmanager/secret-month", "Secrets"),
	"secretsmanager/SecretRotation": {free: setting},
	"secretsmanager/SecretVersion":  {free: setting},

	"serverlessrepo/CloudFormationStack": {free: "Its function runs a few times a month, for less than a cent."},

	"sns/Topic":             {free: "The first 1,000 e-mails a month cost nothing, and each 100,000 more 2 USD."},
	"sns/TopicPolicy":       {free: setting},
	"sns/TopicSubscription": {free: setting},

	"sqs/Queue":       {bills: queue},
	"sqs/QueuePolicy": {free: setting},

	"wafv2/IPSet":                      {free: "AWS bills the rule that uses it."},
	"wafv2/WebACL":                     {bills: firewall},
	"wafv2/WebACLLoggingConfiguration": {free: "Its records are billed with the log group that they are in."},
}

// table is byName by group, version and kind.
var table = sync.OnceValue(func() map[schema.GroupVersionKind]*kind {
	out := make(map[schema.GroupVersionKind]*kind, len(kinds.Records))
	for i := range kinds.Records {
		r := &kinds.Records[i]
		if k, ok := byName[r.String()]; ok {
			out[r.GVK] = &k
		}
	}
	return out
})

// each is a kind of which each resource costs the same a month.
func each(item, title string) kind {
	return kind{bills: func(m *meter, _ *stack.Resource) { m.monthly(item, title, 1) }}
}

// hourly is a kind of which each resource costs the same in every hour.
func hourly(item, title string) kind {
	return kind{bills: func(m *meter, _ *stack.Resource) { m.hourly(item, title, 1) }}
}

func natGateway(m *meter, _ *stack.Resource) {
	m.hourly("ec2/nat-gateway-hour", "NAT gateways", 1)
	m.usedOnce("ec2/nat-gateway-gb", "Traffic through NAT gateways", m.usage.natGB)
}

// balancer is a load balancer. A public one has an address in every zone.
func balancer(m *meter, r *stack.Resource) {
	m.hourly("elbv2/alb-hour", "Load balancers", 1)
	if internal, _ := r.Param("internal").(bool); !internal {
		m.hourly("ec2/public-ipv4-hour", "Public IPv4 addresses of the load balancer",
			float64(len(m.p.Claim.Spec.AvailabilityZones)))
	}
	m.used("elbv2/lcu-hour", "Capacity units of load balancers", m.usage.capacityUnits*hours)
}

func distribution(m *meter, _ *stack.Resource) {
	const priced = 10_000
	m.edge("cloudfront/egress-gb", "Traffic from CloudFront to viewers", m.usage.viewerGB)
	m.edge("cloudfront/10k-https-requests", "Requests to CloudFront", m.usage.requests/priced)
}

const million = 1_000_000

// edgeFunction finds the files of static paths. Each request is taken for one at such a path.
func edgeFunction(m *meter, _ *stack.Resource) {
	m.used("cloudfront/million-function-runs", "Runs of the function for static files", m.usage.requests/million)
}

// firewall is a web ACL. AWS bills a set of its own rules like one rule.
func firewall(m *meter, r *stack.Resource) {
	var rules []json.RawMessage
	text, _ := r.Param("ruleJson").(string)
	_ = json.Unmarshal([]byte(text), &rules)
	m.monthly("wafv2/acl-month", "Firewall", 1)
	m.monthly("wafv2/rule-month", "Rules of the firewall", float64(len(rules)))
	m.used("wafv2/million-requests", "Requests through the firewall", m.usage.requests/million)
}

// metricAlarm is an alarm. AWS bills an alarm on an expression for each metric in it, and not for the expression.
func metricAlarm(m *meter, r *stack.Resource) {
	n := 0
	queries, _ := r.Param("metricQuery").([]any)
	for _, q := range queries {
		if query, _ := q.(map[string]any); query["metric"] != nil {
			n++
		}
	}
	m.monthly("cloudwatch/alarm-metric-month", "Alarms", float64(max(n, 1)))
}

const (
	// storedShare is the size of stored logs as a part of what was written, as AWS's pricing calculator assumes it:
	// CloudWatch compresses them.
	storedShare = 0.15
	// daysPerMonth is the mean number of days in a month.
	daysPerMonth = 365.0 / 12
)

// logs are what all log groups take in and keep. They are counted with the group of the frontend, which every claim
// has in its own region.
func logs(m *meter, r *stack.Resource) {
	if r.Key != keys.LogGroup(m.p.Workloads[0].Name) {
		return
	}
	months := float64(m.p.Claim.Spec.Logs.RetentionDays) / daysPerMonth
	m.used("cloudwatch/log-gb", "Logs written", m.usage.logGB)
	m.used("cloudwatch/log-gb-month", "Logs kept", m.usage.logGB*months*storedShare)
}

// cluster has no price, but its metrics have one.
func cluster(m *meter, r *stack.Resource) {
	settings, _ := r.Param("setting").([]any)
	for _, s := range settings {
		if s, _ := s.(map[string]any); s["name"] == "containerInsights" && s["value"] == "enhanced" {
			m.insights()
		}
	}
}

// service runs tasks, at least scaling.min and at most scaling.max. Its releases are one task more at most, because
// those of a workload never run at once. How long they take is not known, so they are no part of the estimate.
func service(m *meter, r *stack.Resource) {
	for _, w := range m.p.Workloads {
		if keys.Service(w.Name) == r.Key {
			most := equivalents(w.Spot, w.Scaling.Max)
			if w.Release != nil {
				most++
			}
			m.tasks(w, equivalents(w.Spot, w.Scaling.Min), most, false)
		}
	}
}

// schedule runs a task for the hours that the claim assumes, and at most always.
func schedule(m *meter, r *stack.Resource) {
	for _, w := range m.p.Schedules {
		if keys.Schedule(w.Schedule.Name) != r.Key || w.Schedule.Paused {
			continue
		}
		one := 1.0
		if w.RunsOnSpot() {
			one = spotShare()
		}
		m.tasks(w, one*m.usage.scheduleHours/hours, 0, true)
		m.tasks(w, 0, one, false)
	}
}

func repository(m *meter, _ *stack.Resource) {
	m.usedOnce("ecr/gb-month", "Images in repositories", m.usage.imageGB)
}

// DatabaseInstances is the title of the line of the database's instances, of which Of is the class.
const DatabaseInstances = "Database instances"

// database is an instance, and the standby that AWS bills like another one. RDS grows the volumes, but the estimate
// takes the size that the claim asks for.
func database(m *meter, r *stack.Resource) {
	db, copies := m.p.Claim.Spec.Database, 1.0
	if standby, _ := r.Param("multiAz").(bool); standby {
		copies++
	}
	m.instances(prices.MySQL, db.InstanceClass, DatabaseInstances, copies, false)
	m.monthly("rds/gp3-gb-month", "Storage of the database", copies*float64(db.StorageGiB))
	if managed, _ := r.Param("manageMasterUserPassword").(bool); managed {
		m.monthly("secretsmanager/secret-month", "Secrets", 1)
	}
}

// serverless is the class of nodes that are billed by capacity units.
const serverless = "db.serverless"

// auroraCluster is the volume, which AWS bills by what is in it, once for all nodes. The estimate
// takes the assumed size of the archive, which is the database's.
func auroraCluster(m *meter, r *stack.Resource) {
	item, io := "rds/aurora-gb-month", true
	if r.Param("storageType") == "aurora-iopt1" {
		item, io = "rds/aurora-iopt-gb-month", false
	}
	m.used(item, "Storage of the database", m.usage.archiveGB)
	if io {
		m.used("rds/aurora-million-io", "I/O of the database", m.usage.requests*ioPerRequest/million)
	}
	if managed, _ := r.Param("manageMasterUserPassword").(bool); managed {
		m.monthly("secretsmanager/secret-month", "Secrets", 1)
	}
}

// ioPerRequest is how often a viewer's request makes Aurora read or write its volume. Most reads
// are answered from memory.
const ioPerRequest = 2

// auroraNode is a node, at least with the least capacity and at most with the most. AWS bills
// about 30 percent more with optimized I/O.
func auroraNode(m *meter, r *stack.Resource) {
	a := m.p.Claim.Spec.Database.Aurora
	class, _ := r.Param("instanceClass").(string)
	if class != serverless {
		m.instances(prices.AuroraMySQL, class, DatabaseInstances, optimized(a), false)
		return
	}
	units := func(text string) float64 {
		n, _ := strconv.ParseFloat(text, 64)
		return n
	}
	m.add("rds/aurora-acu-hour", "Capacity units of the database", units(a.Capacity.MinACU)*hours*optimized(a),
		units(a.Capacity.MaxACU)*hours*optimized(a))
}

// optimized is what a node costs with a cluster's storage, as a multiple of the standard.
func optimized(a *v1alpha1.Aurora) float64 {
	const more = 1.3
	if a.Storage == v1alpha1.StorageIOOptimized {
		return more
	}
	return 1
}

// leastVCPUs is the number of vCPUs that AWS bills a proxy for at least.
// https://aws.amazon.com/rds/proxy/pricing/
const leastVCPUs = 2

// databaseProxy is billed by the vCPUs of the primary.
func databaseProxy(m *meter, _ *stack.Resource) {
	db := m.p.Claim.Spec.Database
	if db.Engine == v1alpha1.AuroraMySQL && db.Aurora.InstanceClass == serverless {
		// AWS bills a proxy in front of nodes that scale by their capacity, eight units at least,
		// and a unit like a vCPU.
		const leastUnits = 8
		m.hourly("rds/proxy-vcpu-hour", "Connection pool of the database", leastUnits)
		return
	}
	engine, class := prices.MySQL, db.InstanceClass
	if db.Engine == v1alpha1.AuroraMySQL {
		engine, class = prices.AuroraMySQL, db.Aurora.InstanceClass
	}
	vcpus, _ := prices.VCPUs(engine, class)
	m.hourly("rds/proxy-vcpu-hour", "Connection pool of the database", float64(max(vcpus, leastVCPUs)))
}

// vault holds the monthly snapshots of the archive.
func vault(m *meter, _ *stack.Resource) {
	m.used("backup/rds-gb-month", "Archive of the database", m.usage.archiveGB)
}

// backupsCopy is a copy of the automated backups in another region. The backups in the claim's own region cost nothing
// up to the size of the database.
func backupsCopy(m *meter, _ *stack.Resource) {
	m.used("rds/backup-gb-month", "Copy of the automated backups", float64(m.p.Claim.Spec.Database.StorageGiB))
}

// template is what a CloudFormation stack creates: the restore tests, or the runner of releases, which is billed by
// its runs.
func template(m *meter, r *stack.Resource) {
	if r.Key == keys.RestoreTest {
		restoreTest(m)
	}
}

// restoreTest restores a database once a month, and keeps it for some hours.
func restoreTest(m *meter) {
	db, test := m.p.Claim.Spec.Database, m.p.Claim.Spec.Backup.RestoreTest
	kept := float64(test.KeepHours)
	m.used("backup/restore-test", "Restore tests", 1)
	if m.p.Database.Serving.Engine() == v1alpha1.AuroraMySQL {
		m.used("rds/aurora-gb-month", "Storage of the restored database", m.usage.archiveGB*kept/hours)
		return
	}
	m.instances(prices.MySQL, db.InstanceClass, "Restored database", kept/hours, true)
	m.used("rds/gp3-gb-month", "Storage of the restored database", float64(db.StorageGiB)*kept/hours)
}

// bucket holds what all buckets hold, if it is the application's, which every claim has.
func bucket(m *meter, r *stack.Resource) {
	if r.Key == keys.Bucket {
		m.used("s3/gb-month", "Buckets", m.usage.bucketGB)
	}
}

// requestsPerMessage are those that send, receive and delete a message.
const requestsPerMessage = 3

// queue is one of the claim's queues, among which the messages are divided. A dead-letter queue has almost none.
func queue(m *meter, r *stack.Resource) {
	queues := m.p.Claim.Spec.Queues
	for _, q := range queues {
		if keys.Queue(q.Name) != r.Key {
			continue
		}
		item := "sqs/million-requests"
		if q.FIFO != nil {
			item = "sqs/million-fifo-requests"
		}
		m.used(item, "Requests to queues", m.usage.messages/float64(len(queues))*requestsPerMessage/million)
	}
}
