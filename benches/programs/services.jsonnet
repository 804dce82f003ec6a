// The same as services.wca: jrsonnet --tla-code count=100 services.jsonnet
function(count=100)
  local common = { region: 'eu-central-1', plan: 'small', open: false, keep: 30 };
  local zones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];
  local service(index) =
    local name = 'api-' + index;
    local owner = 'group-' + (index % 23);
    local port = 4000 + index % 500;
    local host = name + '.' + owner + '.example.org';
    common + {
      name: name,
      owner: owner,
      port: port,
      host: host,
      image: 'images.example.org/' + owner + '/' + name + ':2.' + (index % 70),
      cpu: 128 * (1 + index % 8),
      memory: 256 * (1 + index % 16),
      open: index % 4 == 0,
      zone: zones[index % std.length(zones)],
      scale: { least: 1 + index % 3, most: 4 + index % 5 },
      check: '/up/' + (index % 11),
      settings: { NAME: name, URL: 'https://' + host + ':' + port },
      weight: index % 100,
    };
  local services = std.makeArray(count, service);
  // The condition asks for the sums, so that they do not pile up until the end.
  local add(total, service) =
    local cpu = total.cpu + service.cpu * service.scale.most;
    local memory = total.memory + service.memory * service.scale.most;
    local open = if service.open then total.open + 1 else total.open;
    local text = total.text + std.length(service.image) + std.length(service.settings.URL);
    if cpu + memory + open + text < 0 then error 'below zero' else { cpu: cpu, memory: memory, open: open, text: text };
  { services: services, totals: std.foldl(add, services, { cpu: 0, memory: 0, open: 0, text: 0 }) }
