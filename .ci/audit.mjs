// What `npm audit --json` found, from standard input: told, and a failure if a high or critical weakness has a remedy. A registry
// that is out of reach says nothing of the packages; that is told too, and stops nothing.
let json = '';
for await (const chunk of process.stdin) json += chunk;

const report = (() => {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
})();

if (typeof report.vulnerabilities !== 'object' || report.vulnerabilities === null) {
  console.log(
    `npm audit: the registry gave no answer (${report.message ?? report.error?.summary ?? 'nothing that can be read'})`,
  );
} else {
  const found = Object.values(report.vulnerabilities);
  const grave = found.filter(({ severity }) => severity === 'high' || severity === 'critical');
  const mendable = grave.filter(({ fixAvailable }) => fixAvailable);
  console.log(`npm audit: ${found.length} packages with known weaknesses, ${grave.length} of them high or critical`);
  for (const { name, severity, range, fixAvailable } of grave)
    console.log(
      `  ${severity}: ${name} ${range}${fixAvailable ? ', a remedy is there: npm audit fix' : ', no remedy yet'}`,
    );
  if (mendable.length > 0) process.exitCode = 1;
}
