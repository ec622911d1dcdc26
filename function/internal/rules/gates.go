package rules

// Claims that the gates are tested with.
const (
	privateClaim = `
network: {natGateways: None, endpoints: {interface: [ecr.api, ecr.dkr, logs, secretsmanager, sqs]}}
frontend: {image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/frontend:1'}
backend: {image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/backend:1'}
`
	secretsClaim = `
backend: {secrets: {TOKEN: {secretARN: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/token-AbCdEf'}}}
`
	domainClaim = `
region: eu-west-1
edge: {domain: {name: shop.example.com}, waf: {logs: All}}
alarms: {monthlyBudgetUSD: 500}
`
	proxyClaim    = "{database: {proxy: {enabled: true}, iamUsers: [app]}}"
	servicesClaim = `
backend: {expose: {paths: [/api/*]}}
services:
- {name: orders, image: 'registry.example.org/shop/orders:1', data: true}
- {name: search, image: 'registry.example.org/shop/search:1', expose: {paths: [/search/*]}}
`
	scheduledClaim = "{schedules: [{name: nightly, cron: '0 3 * * ? *'}]}"
	releasedClaim  = "{backend: {release: {command: [bin/migrate]}}}"
	usersClaim     = "{database: {users: [{name: app}]}}"
	managedClaim   = "{database: {manageMasterUserPassword: true, readReplicas: 0}}"
	auroraClaim    = "{database: {engine: AuroraMySQL, aurora: {readers: 1, readerScaling: {max: 3}}}}"
	auroraProxy    = "{database: {engine: AuroraMySQL, proxy: {enabled: true}, iamUsers: [app]}}"
	rotatedClaim   = "{database: {rotation: Application}}"
	archiveClaim   = `
backup: {copyTo: {region: eu-west-1, pointInTime: true}, lock: Governance, restoreTest: {enabled: true}}
`
	cachedClaim = "{edge: {cachedPaths: [/static/*]}}"
	staticClaim = "{edge: {static: {paths: ['/*']}}}"
	logsClaim   = "{edge: {accessLogs: true, origin: VPCOrigin}}"
)

// Gates are the orders of creation that Kasha enforces, because another order fails in AWS or breaks something
// there. The title of each is one sentence.
var Gates = []Gate{
	{
		Title: "A NAT gateway waits for the internet gateway.",
		Why: "In a VPC without one AWS makes a NAT gateway that has failed, and the provider takes it for one " +
			"that exists.",
		Until: "igw", State: Unready, Held: []string{"nat-a", "nat-b"},
	}, {
		Title: "A private route waits for its zone's NAT gateway.",
		Why:   "It is given the gateway's ID, since which gateway a zone leaves by may change.",
		Until: "nat-a", State: Unknown, Held: []string{"route-private-a"},
	}, {
		Title: "The flow log waits for its log group.",
		Why:   "A flow log that cannot deliver says so nowhere.",
		Until: "loggroup-flowlogs", State: Unready, Held: []string{"flowlog-60"},
	}, {
		Title: "The flow log waits for the permission to write.",
		Why:   "A flow log that cannot deliver says so nowhere.",
		Until: "rolepolicy-flowlogs", State: Unready, Held: []string{"flowlog-60"},
	}, {
		Title: "The default network ACL waits for the subnets.",
		Why:   "It must list them by ID, or the provider tries to remove them forever.",
		Until: "subnet-data-b", State: Unknown, Held: []string{"nacl-default"},
	}, {
		Title: "The capacity providers wait for their cluster.",
		Why:   "ECS refuses them for a cluster that is still being made.",
		Until: "cluster", State: Unready, Held: []string{"cluster-capacity"},
	}, {
		Title: "A task definition waits for the execution role.",
		Why:   "ECS refuses one whose roles do not exist.",
		Until: "role-execution", State: Unready,
		Held: []string{"taskdefinition-frontend-*", "taskdefinition-backend-*"},
	}, {
		Title: "The backend's task definition waits for the task role.",
		Why:   "ECS refuses one whose roles do not exist.",
		Until: "role-task", State: Unready, Held: []string{"taskdefinition-backend-*"},
	}, {
		Title: "A task definition waits for the permission to pull its image.",
		Why:   "A task that cannot start makes ECS take the version for a broken one.",
		Claim: privateClaim,
		Until: "rolepolicy-execution", State: Says("policy", "{}"),
		Held: []string{"taskdefinition-frontend-*", "taskdefinition-backend-*"},
	}, {
		Title: "A task definition waits for the permission to read its secrets.",
		Why:   "A task that cannot start makes ECS take the version for a broken one.",
		Claim: secretsClaim,
		Until: "rolepolicy-execution", State: Says("policy", "{}"), Held: []string{"taskdefinition-backend-*"},
	}, {
		Title: "The frontend's task definition waits for the internal load balancer's name.",
		Why:   "The name is in a variable, and a task definition never changes.",
		Until: "alb-internal", State: Unknown, Held: []string{"taskdefinition-frontend-*"},
	}, {
		Title: "The backend's task definition waits for the bucket.",
		Why:   "The name is in a variable, and a task definition never changes.",
		Until: "bucket-app", State: Unknown, Held: []string{"taskdefinition-backend-*"},
	}, {
		Title: "The backend's task definition waits for its queues.",
		Why:   "Their URLs are in variables, and a task definition never changes.",
		Until: "queue-jobs", State: Unknown, Held: []string{"taskdefinition-backend-*"},
	}, {
		Title: "The task definition for database users waits for the permission to read the master's credentials.",
		Why:   "A task that cannot start makes no users.",
		Claim: usersClaim,
		Until: "rolepolicy-execution", State: Says("policy", "{}"), Held: []string{"taskdefinition-users-*"},
	}, {
		Title: "The call about database users waits for the runner's permission to write the secret.",
		Why:   "A call that fails is tried again later and later.",
		Claim: usersClaim,
		Until: "rolepolicy-runner", State: Says("policy", "{}"), Held: []string{"users-*"},
	}, {
		Title: "The call about database users waits for the log group of its task.",
		Why:   "A task whose log group does not exist cannot start.",
		Claim: usersClaim,
		Until: "loggroup-users", State: Unready, Held: []string{"users-*"},
	}, {
		Title: "In a new claim the backend waits for the runner, which makes the user that it connects as.",
		Why:   "It would start with the master user's credentials, and start anew at once.",
		Claim: usersClaim,
		Until: "runner", State: Unready, Held: []string{"users-*", "service-backend"},
	}, {
		Title: "A service waits for the cluster's capacity providers.",
		Why:   "ECS refuses a strategy of providers that the cluster does not have.",
		Until: "cluster-capacity", State: Unready, Held: []string{"service-frontend", "service-backend"},
	}, {
		Title: "A service waits for its tasks' permission to be started.",
		Why:   "A first deployment whose tasks cannot start has nothing to go back to.",
		Until: "rolepolicy-execution", State: Unready, Held: []string{"service-frontend", "service-backend"},
	}, {
		Title: "The frontend waits for the rule that forwards to it.",
		Why:   "ECS refuses a target group that no load balancer has.",
		Until: "listenerrule-public-origin", State: Unready, Held: []string{"service-frontend"},
	}, {
		Title: "The backend waits for the listener that forwards to it.",
		Why:   "ECS refuses a target group that no load balancer has.",
		Until: "listener-internal", State: Unready, Held: []string{"service-backend"},
	}, {
		Title: "The frontend waits for its log group.",
		Why:   "A task whose log group does not exist cannot start.",
		Until: "loggroup-frontend", State: Unready, Held: []string{"service-frontend"},
	}, {
		Title: "The backend waits for its log group.",
		Why:   "A task whose log group does not exist cannot start.",
		Until: "loggroup-backend", State: Unready, Held: []string{"service-backend"},
	}, {
		Title: "A service waits for the way out of every zone.",
		Why:   "A task in a zone without one can neither pull nor log.",
		Until: "route-private-b", State: Unready, Held: []string{"service-frontend", "service-backend"},
	}, {
		Title: "A service waits for the endpoints that it goes out by.",
		Why:   "Without NAT nothing else leads to AWS.",
		Claim: privateClaim,
		Until: "endpoint-ecr-api", State: Unready, Held: []string{"service-frontend", "service-backend"},
	}, {
		Title: "A service waits for an endpoint's addresses in every zone.",
		Why:   "Until then the endpoint's name leads nowhere in the zone.",
		Claim: privateClaim,
		Until: "endpoint-logs-backend-b", State: Unready, Held: []string{"service-frontend", "service-backend"},
	}, {
		Title: "A service waits for an endpoint's security group.",
		Why:   "The default one, which AWS attaches, allows no traffic.",
		Claim: privateClaim,
		Until: "endpoint-logs-sg", State: Unready, Held: []string{"service-frontend", "service-backend"},
	}, {
		Title: "The backend waits for its own permissions.",
		Why:   "Its first task would be refused its secret, die, and take the first deployment with it.",
		Until: "rolepolicy-task", State: Unready, Held: []string{"service-backend"},
	}, {
		Title: "The backend waits for the credentials in Secrets Manager.",
		Why:   "Its first task would find an empty secret, die, and take the first deployment with it.",
		Until: "secretversion-*", State: Unready, Held: []string{"service-backend"},
	}, {
		Title: "The backend waits for a database that manages its password.",
		Why:   "RDS fills the secret while it makes the database.",
		Claim: managedClaim,
		Until: "db-primary", State: Unready, Held: []string{"service-backend"},
	}, {
		Title: "An internal service waits for its listener.",
		Why:   "ECS refuses a target group that belongs to no load balancer.",
		Claim: servicesClaim,
		Until: "listener-svc-orders", State: Unready, Held: []string{"service-svc-orders"},
	}, {
		Title: "A public service waits for its rule.",
		Why:   "ECS refuses a target group that belongs to no load balancer.",
		Claim: servicesClaim,
		Until: "listenerrule-public-svc-search", State: Unready, Held: []string{"service-svc-search"},
	}, {
		Title: "A backend that is exposed waits for its rule.",
		Why:   "ECS refuses a target group that belongs to no load balancer.",
		Claim: servicesClaim,
		Until: "listenerrule-public-backend", State: Unready, Held: []string{"service-backend"},
	}, {
		Title: "A rule waits for its target group.",
		Why:   "It names the group by its ARN.",
		Claim: servicesClaim,
		Until: "targetgroup-public-svc-search", State: Unknown, Held: []string{"listenerrule-public-svc-search"},
	}, {
		Title: "A service beside the frontend and the backend waits for its log group.",
		Why:   "A task whose log group does not exist cannot start.",
		Claim: servicesClaim,
		Until: "loggroup-svc-orders", State: Unready, Held: []string{"service-svc-orders"},
	}, {
		Title: "A service with data waits for the credentials in Secrets Manager.",
		Why:   "Its first task would find an empty secret, die, and take the first deployment with it.",
		Claim: servicesClaim,
		Until: "secretversion-*", State: Unready, Held: []string{"service-svc-orders"},
	}, {
		Title: "The task definition of a service waits for the internal load balancer's name.",
		Why:   "The name is in a variable, and a task definition never changes.",
		Claim: servicesClaim,
		Until: "alb-internal", State: Unknown,
		Held: []string{"taskdefinition-svc-orders-*", "taskdefinition-svc-search-*"},
	}, {
		Title: "The scaling of a service waits for the service.",
		Why:   "Application Auto Scaling refuses a target that does not exist.",
		Claim: servicesClaim,
		Until: "service-svc-orders", State: Unready, Held: []string{"scaling-svc-orders",
			"scalingpolicy-cpu-svc-orders"},
	}, {
		Title: "Scaling by requests waits for the load balancer and the target group.",
		Why:   "Application Auto Scaling knows the requests by both.",
		Claim: "{backend: {scaling: {requestsPerTask: 100}}}",
		Until: "targetgroup-backend", State: Unknown, Held: []string{"scaling-backend-requests"},
	}, {
		Title: "The alarm of a service's tasks waits for the service.",
		Why:   "No task runs while the service is made, and the alarm would fire for every new claim.",
		Claim: servicesClaim,
		Until: "service-svc-orders", State: Unready, Held: []string{"alarm-svc-orders-tasks"},
	}, {
		Title: "A schedule waits for its group.",
		Why:   "AWS refuses a schedule in a group that does not exist.",
		Claim: scheduledClaim,
		Until: "schedulegroup", State: Unready, Held: []string{"schedule-nightly"},
	}, {
		Title: "A schedule waits for the role that starts its tasks.",
		Why:   "AWS refuses a schedule whose role it may not assume.",
		Claim: scheduledClaim,
		Until: "role-scheduler", State: Unready, Held: []string{"schedule-nightly"},
	}, {
		Title: "A schedule waits for the permission to start its tasks.",
		Why:   "The first run would be refused.",
		Claim: scheduledClaim,
		Until: "rolepolicy-scheduler", State: Unready, Held: []string{"schedule-nightly"},
	}, {
		Title: "A schedule waits for its task definition.",
		Why:   "It names the version by its number.",
		Claim: scheduledClaim,
		Until: "taskdefinition-schedule-nightly-*", State: Unknown, Held: []string{"schedule-nightly"},
	}, {
		Title: "A schedule waits for what its tasks need to start.",
		Why:   "A run before that would fail.",
		Claim: scheduledClaim,
		Until: "rolepolicy-execution", State: Unready, Held: []string{"schedule-nightly"},
	}, {
		Title: "A schedule waits for the log group of its runs.",
		Why:   "A task whose log group does not exist cannot start.",
		Claim: scheduledClaim,
		Until: "loggroup-schedule-nightly", State: Unready, Held: []string{"schedule-nightly"},
	}, {
		Title: "A schedule waits for the credentials in Secrets Manager.",
		Why:   "A run would find an empty secret.",
		Claim: scheduledClaim,
		Until: "secretversion-*", State: Unready, Held: []string{"schedule-nightly"},
	}, {
		Title: "What notices failed runs waits for the topic's policy.",
		Why:   "What EventBridge cannot publish is lost.",
		Claim: scheduledClaim,
		Until: "topicpolicy-alarms", State: Unready, Held: []string{"ruletarget-run-failed"},
	}, {
		Title: "The runner waits for its role.",
		Why:   "Lambda refuses a function whose role it may not assume, and the stack would be deleted again.",
		Claim: releasedClaim,
		Until: "role-runner", State: Unready, Held: []string{"runner"},
	}, {
		Title: "The runner waits for its permissions.",
		Why:   "Its first call would be refused.",
		Claim: releasedClaim,
		Until: "rolepolicy-runner", State: Unready, Held: []string{"runner"},
	}, {
		Title: "A release waits for the log group of the runner.",
		Why:   "What the runner says without one is lost.",
		Claim: releasedClaim,
		Until: "loggroup-runner", State: Unready, Held: []string{"release-backend-*"},
	}, {
		Title: "A release waits for the runner.",
		Why:   "A call of a function that does not exist fails.",
		Claim: releasedClaim,
		Until: "runner", State: Unready, Held: []string{"release-backend-*"},
	}, {
		Title: "A release waits for its task definition.",
		Why:   "It is what runs.",
		Claim: releasedClaim,
		Until: "taskdefinition-backend-*", State: Unknown, Held: []string{"release-backend-*"},
	}, {
		Title: "A release waits for the credentials in Secrets Manager.",
		Why:   "It would find an empty secret, and a release that has failed is not run again.",
		Claim: releasedClaim,
		Until: "secretversion-*", State: Unready, Held: []string{"release-backend-*"},
	}, {
		Title: "A release waits for its tasks' own permissions.",
		Why:   "It would be refused its secret, and a release that has failed is not run again.",
		Claim: releasedClaim,
		Until: "rolepolicy-task", State: Unready, Held: []string{"release-backend-*"},
	}, {
		Title: "A release waits for its log group.",
		Why:   "A task whose log group does not exist cannot start.",
		Claim: releasedClaim,
		Until: "loggroup-backend", State: Unready, Held: []string{"release-backend-*"},
	}, {
		Title: "The backend waits for its release.",
		Why:   "A task would meet a database of another version.",
		Claim: releasedClaim,
		Until: "release-backend-*", State: Unknown, Held: []string{"service-backend"},
	}, {
		Title: "A service waits for the runner.",
		Why:   "Nothing would tell how its first deployment ends.",
		Until: "runner", State: Unready, Held: []string{"service-frontend", "service-backend"},
	}, {
		Title: "A service waits for the alarm on which it rolls back.",
		Why:   "ECS refuses a service that names an alarm which does not exist.",
		Claim: "backend: {rollout: {errorPercent: 5}}",
		Until: "alarm-rollback-backend", State: Unready, Held: []string{"service-backend"},
	}, {
		Title: "The proof of a deployment waits until ECS has begun it.",
		Why:   "The runner would see the version before, and take the deployment for one that was rolled back.",
		Until: "service-backend", State: Unknown, Held: []string{"rollout-backend-*"},
	}, {
		Title: "Scaling waits for its service.",
		Why:   "Application Auto Scaling refuses a target that does not exist.",
		Until: "service-backend", State: Unready,
		Held: []string{"scaling-backend", "scaling-backend-cpu", "scaling-backend-memory"},
	}, {
		Title: "The frontend's scaling waits for its service.",
		Why:   "Application Auto Scaling refuses a target that does not exist.",
		Until: "service-frontend", State: Unready,
		Held: []string{"scaling-frontend", "scaling-frontend-cpu", "scaling-frontend-memory"},
	}, {
		Title: "The database waits for its subnet group.",
		Why:   "RDS would look for a default group, and there is no default VPC.",
		Until: "subnetgroup-data", State: Unready, Held: []string{"db-primary"},
	}, {
		Title: "The database waits for its parameter group.",
		Why:   "In the default group MySQL accepts connections without TLS.",
		Until: "parametergroup-mysql84", State: Unready, Held: []string{"db-primary"},
	}, {
		Title: "The database waits for the data key.",
		Why:   "RDS cannot change the key of a database.",
		Until: "key-data", State: Unknown, Held: []string{"db-primary"},
	}, {
		Title: "A replica waits for the primary.",
		Why:   "RDS refuses a replica of a database that is being made or changed.",
		Until: "db-primary", State: Unready, Held: []string{"db-replica-1"},
	}, {
		Title: "A replica waits for the end of the primary's backup.",
		Why:   "A primary that is backed up answers, and RDS refuses a replica of it all the same.",
		Until: "db-primary", State: Says("status", "backing-up"), Held: []string{"db-replica-1"},
	}, {
		Title: "A replica waits until the primary's zone is known.",
		Why:   "It belongs in another zone, and RDS cannot move it later.",
		Until: "db-primary", State: Says("availabilityZone", ""), Held: []string{"db-replica-1"},
	}, {
		Title: "The connection waits for the database's host and password.",
		Why:   "Half of a connection would be written to Secrets Manager.",
		Until: "db-primary", State: Unknown, Held: []string{"connection-*", "secretversion-*"},
	}, {
		Title: "The cluster waits for its subnet group.",
		Why:   "RDS would look for a default group, and there is no default VPC.",
		Claim: auroraClaim,
		Until: "subnetgroup-data", State: Unready, Held: []string{"db-cluster"},
	}, {
		Title: "The cluster waits for its parameter group.",
		Why:   "In the default group Aurora accepts connections without TLS.",
		Claim: auroraClaim,
		Until: "clusterparametergroup-aurora84", State: Unready, Held: []string{"db-cluster"},
	}, {
		Title: "The cluster waits for the data key.",
		Why:   "RDS cannot change the key of a database.",
		Claim: auroraClaim,
		Until: "key-data", State: Unknown, Held: []string{"db-cluster"},
	}, {
		Title: "The first node waits for the cluster.",
		Why:   "RDS refuses a node of a cluster that is not available.",
		Claim: auroraClaim,
		Until: "db-cluster", State: Unready, Held: []string{"db-node-1"},
	}, {
		Title: "Readers wait for the first node.",
		Why:   "The first node that there is becomes the writer.",
		Claim: auroraClaim,
		Until: "db-node-1", State: Unready, Held: []string{"db-node-2"},
	}, {
		Title: "The connection waits for the cluster's host and password.",
		Why:   "Half of a connection would be written to Secrets Manager.",
		Claim: auroraClaim,
		Until: "db-cluster", State: Unknown, Held: []string{"connection-*", "secretversion-*"},
	}, {
		Title: "The connection waits for the first node.",
		Why:   "The host of a cluster leads nowhere until it has a node.",
		Claim: auroraClaim,
		Until: "db-node-1", State: Unready, Held: []string{"connection-*", "secretversion-*"},
	}, {
		Title: "The scaling of readers waits for the nodes.",
		Why:   "Application Auto Scaling refuses a cluster without a reader.",
		Claim: auroraClaim,
		Until: "db-node-2", State: Unready, Held: []string{"scaling-readers"},
	}, {
		Title: "The pool's target waits for the cluster.",
		Why:   "RDS refuses a database that is not available.",
		Claim: auroraProxy,
		Until: "db-cluster", State: Unready, Held: []string{"db-proxy-target-cluster"},
	}, {
		Title: "The pool's target waits for the first node.",
		Why:   "RDS refuses a database that is not available.",
		Claim: auroraProxy,
		Until: "db-node-1", State: Unready, Held: []string{"db-proxy-target-cluster"},
	}, {
		Title: "The connection waits for the target of the cluster.",
		Why:   "Until then the pool's endpoint refuses every connection.",
		Claim: auroraProxy,
		Until: "db-proxy-target-cluster", State: Unready, Held: []string{"connection-aurora-proxy-*"},
	}, {
		Title: "The cluster's users wait for its ID.",
		Why:   "The permission names it.",
		Claim: auroraProxy,
		Until: "db-cluster", State: Unknown, Held: []string{"rolepolicy-task-database"},
	}, {
		Title: "A version of the secret waits for the secret.",
		Why:   "The provider would take the version for lost and write it again.",
		Until: "secret-db", State: Unready, Held: []string{"secretversion-*"},
	}, {
		Title: "The connection pool waits for its permission to read the secret.",
		Why:   "A pool that cannot log in stays unavailable until it is changed.",
		Claim: proxyClaim,
		Until: "rolepolicy-db-proxy", State: Unready, Held: []string{"db-proxy"},
	}, {
		Title: "The pool's target waits for the primary.",
		Why:   "RDS refuses a database that is not available.",
		Claim: proxyClaim,
		Until: "db-primary", State: Unready, Held: []string{"db-proxy-target"},
	}, {
		Title: "The connection waits for the pool's target.",
		Why:   "Until then the pool's endpoint refuses every connection.",
		Claim: proxyClaim,
		Until: "db-proxy-target", State: Unready, Held: []string{"connection-proxy-*"},
	}, {
		Title: "The connection waits for the pool's endpoint.",
		Why:   "It is the host that the backend connects to.",
		Claim: proxyClaim,
		Until: "db-proxy", State: Unknown, Held: []string{"connection-proxy-*"},
	}, {
		Title: "The database's users wait for each instance's ID.",
		Why:   "The permission names it.",
		Claim: proxyClaim,
		Until: "db-replica-1", State: Unknown, Held: []string{"rolepolicy-task-database"},
	}, {
		Title: "Rotation waits for the version that it starts from.",
		Why:   "AWS's application reads the current password there.",
		Claim: rotatedClaim,
		Until: "secretversion-app-*", State: Unnamed, Held: []string{"secretrotation-db"},
	}, {
		Title: "Rotation waits for AWS's application.",
		Why:   "It is what rotates.",
		Claim: rotatedClaim,
		Until: "rotation-application", State: Unknown, Held: []string{"secretrotation-db"},
	}, {
		Title: "The schedule of a managed password waits for the secret that RDS makes.",
		Why:   "Its name is known only after it is created.",
		Claim: managedClaim,
		Until: "db-primary", State: Unknown, Held: []string{"secretrotation-managed"},
	}, {
		Title: "A queue waits for its dead-letter queue.",
		Why:   "SQS refuses to redrive to a queue that does not exist.",
		Until: "dlq-jobs", State: Unready, Held: []string{"queue-jobs"},
	}, {
		Title: "A log group waits for its key and the key's policy.",
		Why:   "CloudWatch refuses a key that it may not use, and a group keeps lines of before unencrypted.",
		Until: "key-telemetry", State: Unknown, Held: []string{"loggroup-*", "topic-alarms"},
	}, {
		Title: "The telemetry key waits for the account that its policy names.",
		Why:   "Without the policy CloudWatch may not use it.",
		Until: "vpc", State: Unknown, Held: []string{"key-telemetry"},
	}, {
		Title: "The critical alarm waits for the alarm of the primary's storage.",
		Why:   "CloudWatch refuses a rule that names an alarm which does not exist.",
		Until: "alarm-db-primary-storage", State: Unready, Held: []string{"alarm-critical"},
	}, {
		Title: "The critical alarm waits for the alarm of the primary's connections.",
		Why:   "CloudWatch refuses a rule that names an alarm which does not exist.",
		Until: "alarm-db-primary-connections", State: Unready, Held: []string{"alarm-critical"},
	}, {
		Title: "The critical alarm waits for the alarm of the cluster's volume.",
		Why:   "CloudWatch refuses a rule that names an alarm which does not exist.",
		Claim: auroraClaim,
		Until: "alarm-db-cluster-volume", State: Unready, Held: []string{"alarm-critical"},
	}, {
		Title: "The critical alarm waits for the alarm of the first node's connections.",
		Why:   "CloudWatch refuses a rule that names an alarm which does not exist.",
		Claim: auroraClaim,
		Until: "alarm-db-node-1-connections", State: Unready, Held: []string{"alarm-critical"},
	}, {
		Title: "The critical alarm waits for the alarm of the frontend's errors.",
		Why:   "CloudWatch refuses a rule that names an alarm which does not exist.",
		Until: "alarm-public-5xx", State: Unready, Held: []string{"alarm-critical"},
	}, {
		Title: "The critical alarm waits for the alarm of the backend's errors.",
		Why:   "CloudWatch refuses a rule that names an alarm which does not exist.",
		Until: "alarm-internal-5xx", State: Unready, Held: []string{"alarm-critical"},
	}, {
		Title: "In us-east-1 the critical alarm waits for the alarm of CloudFront's errors.",
		Why:   "CloudWatch refuses a rule that names an alarm which does not exist.",
		Until: "alarm-edge-5xx", State: Unready, Held: []string{"alarm-critical"},
	}, {
		Title: "The alarm of the frontend's tasks waits for the service.",
		Why:   "No task runs while the service is made, and the alarm would fire for every new claim.",
		Until: "service-frontend", State: Unready, Held: []string{"alarm-frontend-tasks"},
	}, {
		Title: "The alarm of the backend's tasks waits for the service.",
		Why:   "No task runs while the service is made, and the alarm would fire for every new claim.",
		Until: "service-backend", State: Unready, Held: []string{"alarm-backend-tasks"},
	}, {
		Title: "The budget waits for the topic's policy.",
		Why:   "AWS Budgets tries the topic when the budget is made, and refuses one that does not let it in.",
		Claim: domainClaim,
		Until: "topicpolicy-alarms", State: Unready, Held: []string{"budget"},
	}, {
		Title: "The distribution waits for its firewall.",
		Why:   "The site would be open for as long.",
		Until: "webacl", State: Unknown, Held: []string{"distribution"},
	}, {
		Title: "The distribution waits for the policy of its response headers.",
		Why:   "The site would be without them for as long.",
		Until: "responseheaders", State: Unknown, Held: []string{"distribution"},
	}, {
		Title: "The distribution waits for the cache key of its cached paths.",
		Why:   "CloudFront refuses a cached path without one.",
		Claim: cachedClaim,
		Until: "cachepolicy", State: Unknown, Held: []string{"distribution"},
	}, {
		Title: "The distribution waits for what signs its requests to the static files.",
		Why:   "CloudFront refuses an origin without it, and S3 refuses unsigned requests.",
		Claim: staticClaim,
		Until: "originaccess-static", State: Unknown, Held: []string{"distribution"},
	}, {
		Title: "The distribution waits for the function that finds the file of a path.",
		Why:   "Without it a viewer can list the bucket by the path /.",
		Claim: staticClaim,
		Until: "edgefunction-static", State: Unknown, Held: []string{"distribution"},
	}, {
		Title: "The distribution waits for its certificate to be issued.",
		Why:   "CloudFront refuses a certificate that is not.",
		Claim: domainClaim,
		Until: "validation-edge-*", State: Unknown, Held: []string{"distribution"},
	}, {
		Title: "The distribution waits for the VPC origin.",
		Why:   "CloudFront reaches a private load balancer by nothing else.",
		Claim: logsClaim,
		Until: "vpcorigin", State: Unknown, Held: []string{"distribution"},
	}, {
		Title: "The distribution waits for a log bucket that takes its logs.",
		Why:   "CloudFront refuses a bucket without access control lists.",
		Claim: logsClaim,
		Until: "bucket-accesslogs-ownership", State: Unknown, Held: []string{"distribution"},
	}, {
		Title: "The load balancer's HTTPS listener waits for its certificate to be issued.",
		Why:   "Elastic Load Balancing refuses a certificate that is not.",
		Claim: domainClaim,
		Until: "validation-origin-*", State: Unknown, Held: []string{"listener-public-https"},
	}, {
		Title: "Viewers are sent to CloudFront once all its edges serve.",
		Why:   "A viewer who comes before is refused.",
		Claim: domainClaim,
		Until: "distribution", State: Says("status", "InProgress"), Held: []string{"record-a-*", "record-aaaa-*"},
	}, {
		Title: "Viewers are sent to CloudFront once it knows the name.",
		Why:   "A viewer who comes before is refused.",
		Claim: domainClaim,
		Until: "distribution", State: Says("aliases", ""), Held: []string{"record-a-*", "record-aaaa-*"},
	}, {
		Title: "The firewall's logging waits for its log group.",
		Why:   "WAF refuses a destination that does not exist.",
		Claim: domainClaim,
		Until: "loggroup-waf", State: Unknown, Held: []string{"logging-waf"},
	}, {
		Title: "The plan waits for the vault.",
		Why:   "AWS Backup refuses a plan for a vault that does not exist, and the plan has only its name.",
		Until: "vault", State: Unready, Held: []string{"plan"},
	}, {
		Title: "A lock waits for its vault.",
		Why:   "AWS Backup refuses a lock of a vault that does not exist.",
		Claim: archiveClaim,
		Until: "vault", State: Unready, Held: []string{"vaultlock-2557"},
	}, {
		Title: "The copies' lock waits for the copies' vault.",
		Why:   "AWS Backup refuses a lock of a vault that does not exist.",
		Claim: archiveClaim,
		Until: "vault-copy-eu-west-1", State: Unready, Held: []string{"vaultlock-copy-eu-west-1-2557"},
	}, {
		Title: "The copies' vault waits for its key.",
		Why:   "AWS Backup cannot change the key of a vault.",
		Claim: archiveClaim,
		Until: "key-copy-eu-west-1", State: Unknown, Held: []string{"vault-copy-eu-west-1"},
	}, {
		Title: "The restore test waits for the vault that it reads.",
		Why:   "CloudFormation rolls a plan for an unknown vault back, and the stack stays behind.",
		Claim: archiveClaim,
		Until: "vault", State: Unready, Held: []string{"restore-test"},
	}, {
		Title: "The copy of the automated backups waits for the primary.",
		Why:   "RDS refuses to replicate the backups of a database that is not available.",
		Claim: archiveClaim,
		Until: "db-primary", State: Unready, Held: []string{"backups-copy-eu-west-1"},
	}, {
		Title: "A usage waits for what it keeps.",
		Why:   "Crossplane looks for both ends, and reports an error until it finds them.",
		Until: "key-data", State: Missing, Held: []string{"usage-key-data-by-db-primary"},
	}, {
		Title: "A usage waits for what it is kept for.",
		Why:   "Crossplane looks for both ends, and reports an error until it finds them.",
		Until: "db-primary", State: Missing,
		Held: []string{
			"usage-key-data-by-db-primary", "usage-subnetgroup-data-by-db-primary", "usage-loggroup-db-primary-*",
		},
	}, {
		Title: "A usage waits for the cluster that it is for.",
		Why:   "Crossplane looks for both ends, and reports an error until it finds them.",
		Claim: auroraClaim,
		Until: "db-cluster", State: Missing,
		Held: []string{
			"usage-key-data-by-db-cluster", "usage-subnetgroup-data-by-db-cluster", "usage-loggroup-db-cluster-*",
			"usage-db-cluster-by-db-node-*",
		},
	},
}
